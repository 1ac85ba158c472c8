import { celText } from './celText';

/** Where the page of a finding is; the same address that violations of the policy pack print. */
export const findingPage = (code: string): string => `https://unpkg.com/pulumi-model-supply-chain/docs/findings/${code}.md`;

/** CEL for the text of a denial: the finding, what it is about, what is wrong and what to do, and where to read on. */
export function denialMessage(code: string, about: string, text: string): string {
  return `${celText(`[${code}] `)} + ${about} + ${celText(` ${text}; docs: ${findingPage(code)}`)}`;
}

/** One entry of `validations`: no image may be left in a list of offenders. */
export function noneOf(offenders: string, message: string): { readonly expression: string; readonly messageExpression: string } {
  return { expression: `size(${offenders}) == 0`, messageExpression: message };
}

/** CEL: the images of a list, as text. */
export const listed = (images: string): string => `${images}.join(", ")`;
