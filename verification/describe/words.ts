import { parseReference, repositoryName } from '../reference/reference';
import type { ExpectedSigner, Finding, SignatureLayout, Signer } from '../finding';

/** A finding in words, before it is cleaned for printing. */
export interface Words {
  readonly title: string;
  readonly expected?: readonly string[];
  readonly found?: readonly string[];
  readonly next: readonly string[];
}

/** The words of every code of a part of the findings. */
export type WordsOf<Part extends Finding> = { readonly [Code in Part['code']]: (finding: Extract<Part, { code: Code }>) => Words };

export const LAYOUT: Readonly<Record<SignatureLayout, string>> = {
  'bundle-referrer': 'Sigstore bundle',
  'legacy-tag': 'legacy signature',
  'legacy-referrer': 'legacy signature in a referrer',
};

export const signerInWords = (value: Signer): string =>
  value.kind === 'key' ? `key ${value.fingerprint}` : `${quotation(value.subject)} (issuer ${quotation(value.issuer)})`;

/** A text of others in a sentence: between quotation marks where it could pass for words of ours. */
export const quotation = (text: string): string => (/^[^\s()"',;]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`);

export const expectedSigners = (signers: readonly ExpectedSigner[]): string[] =>
  signers.map(({ authority, description }) => `${description}, authority "${authority}"`);

/** `registry/repository` of a reference with tag or digest; a malformed one as it is. */
export function repositoryOf(reference: string): string {
  const parsed = parseReference(reference);
  return parsed.ok ? repositoryName(parsed.value.repository) : reference;
}

/** What lies beside an image and is no evidence about it: who looks with his own tools sees it, and wonders. */
export const besideInWords = (beside: {
  readonly unsignedAttestations?: readonly string[];
  readonly foreignReferrers?: readonly string[];
}): string[] => {
  const { unsignedAttestations = [], foreignReferrers = [] } = beside;
  return [
    ...told('attestations of the builder, which nobody signed (they do not count)', unsignedAttestations),
    ...told('listed for this image, but attached to another one (they do not count)', foreignReferrers),
  ];
};

const told = (what: string, digests: readonly string[]): string[] => (digests.length === 0 ? [] : [`${what}: ${digests.join(', ')}`]);
