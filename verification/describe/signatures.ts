import type { SignatureFinding } from '../findings/signatures';
import type { CallerDifference, ExpectedSigner } from '../findings/parts';
import { shellQuote } from '../../printing';
import { LAYOUT, expectedSigners, signerInWords, besideInWords, quotation } from './words';
import type { WordsOf } from './words';

const lookYourself = (reference: string, expected: readonly ExpectedSigner[]): string[] => {
  const identity = expected.find((item) => item.identity !== undefined)?.identity;
  if (identity === undefined) return [`cosign tree ${reference}   (lists what is attached to the image)`];
  // cosign looks for a match anywhere in the subject; we match it as a whole.
  const subject = identity.subjectIsPattern
    ? `--certificate-identity-regexp ${shellQuote(`^(?:${identity.subject})$`)}`
    : `--certificate-identity ${shellQuote(identity.subject)}`;
  return [`cosign verify ${subject} --certificate-oidc-issuer ${shellQuote(identity.issuer)} ${reference}   (to look yourself)`];
};

/** Only what is plainly a value: a line that people paste must not hold the syntax of another one. */
const linesToAdd = (caller: readonly CallerDifference[]): string =>
  caller
    .map(({ field, found }) => (found !== undefined && /^[\w./@+:-]+$/.test(found) ? `"${field}: ${found}"` : `its own ${field}`))
    .join(' and ');

export const signatureWords: WordsOf<SignatureFinding> = {
  unsigned: ({ reference, policy, expected, searched, ...beside }) => ({
    title: `${reference} is not signed`,
    expected: [...expectedSigners(expected), `(any one of them; policy "${policy}")`],
    found: [`no signature; looked at ${searched.join(' and ')}`, ...besideInWords(beside)],
    next: [`sign it, in the workflow that builds it: cosign sign ${reference}`, 'or use an image that is signed'],
  }),
  'attestation-is-not-signature': ({ reference, policy, expected, predicateTypes }) => ({
    title: `${reference} has attestations, but no signature`,
    expected: [...expectedSigners(expected), `(any one of them; policy "${policy}")`],
    found: predicateTypes.map((type) => `an attestation of type ${quotation(type)}, which does not say that the image may run`),
    next: [`sign it as well: cosign sign ${reference}`],
  }),
  'identity-mismatch': ({ reference, policy, expected, found, caller = [], layout }) => ({
    title:
      caller.length > 0
        ? `${reference} is signed by an expected workflow, but not for a caller that policy "${policy}" trusts`
        : `${reference} is signed by somebody whom policy "${policy}" does not name`,
    expected: [...expectedSigners(expected), ...caller.map(({ field, expected: value }) => `${field}: ${value}`)],
    found: [
      `${signerInWords(found)}, in a ${LAYOUT[layout]}`,
      ...caller.map(({ field, found: value }) => `${field}: ${value ?? 'not in the certificate'}`),
    ],
    next: [
      'sign it in the expected workflow, or use the image that this workflow built',
      ...(caller.length > 0
        ? [`if this caller is meant to be trusted: add an identity to policy "${policy}", in a reviewed change, with ${linesToAdd(caller)}`]
        : [`if this signer is meant to be trusted: add it to policy "${policy}" in the trust policy, in a reviewed change`]),
      ...lookYourself(reference, expected),
    ],
  }),
  'signature-threshold-not-met': ({ reference, policy, threshold, expected, found, counted }) => ({
    title: `${reference} has too few signers for policy "${policy}"`,
    expected: [`${threshold} different signers of:`, ...expectedSigners(expected)],
    found: [
      ...found.map(signerInWords),
      ...(found.length > counted
        ? [`(counted as ${counted}: a workflow is one signer from all its branches and tags, and so are one mailbox and one key)`]
        : []),
    ],
    next: [`let another of them sign it: cosign sign ${reference}`],
  }),
  'signature-invalid': ({ reference, policy, authority, layout, source, reason }) => ({
    title: `a signature of ${reference} does not verify`,
    expected: [`a ${LAYOUT[layout]} that verifies for authority "${authority}" of policy "${policy}"`],
    found: [`${reason} (${source})`],
    next: [`sign it again: cosign sign ${reference}`, 'if it was signed elsewhere: check the trust root or key of the authority'],
  }),
  'subject-mismatch': ({ reference, expected, found, layout, source }) => ({
    title: `a signature attached to ${reference} is about another image`,
    expected: [expected],
    found: [...(found.length === 0 ? ['no digest at all'] : found), `in the ${LAYOUT[layout]} ${source}`],
    next: [`sign this very image: cosign sign ${reference}`, 'and find out who attached the foreign signature'],
  }),
  'signature-malformed': ({ reference, layout, source, reason }) => ({
    title: `something attached to ${reference} claims to be a signature and cannot be read`,
    expected: [`a ${LAYOUT[layout]}`],
    found: [`${reason} (${source})`],
    next: [`sign it again: cosign sign ${reference}`],
  }),
};
