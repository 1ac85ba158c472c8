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

/** What a denial repeats of a pod: characters of references and model URIs, and no `@` but that of a digest, before which a password may be. */
const PLAIN_REFERENCE = '^[A-Za-z0-9\\[][A-Za-z0-9._/:\\[\\]-]*(?:@sha(?:256|512):[0-9A-Za-z]*)?$';

/** CEL: the images of a list, as text. A denial becomes an event and a report, where others read it: what is no plain reference is not repeated. */
export const listed = (images: string): string =>
  `${images}.map(i, i.matches(${celText(PLAIN_REFERENCE)}) ? i : ${celText('(a text that is no plain reference, not shown)')}).join(", ")`;
