import type { ExpectedSigner, Finding } from '../../../verification/finding';
import type { SignatureFinding } from '../../../verification/findings/signatures';

interface Place {
  readonly reference: string;
  readonly policy: string;
}

/** The samples of findings about signatures. */
export function signatureSamples(
  value: string,
  about: Place,
  expected: readonly ExpectedSigner[],
): { readonly [Code in SignatureFinding['code']]: Extract<Finding, { code: Code }> } {
  const attached = { layout: 'legacy-tag', source: value } as const;
  return {
    unsigned: { code: 'unsigned', ...about, expected, searched: [value], unsignedAttestations: [value], foreignReferrers: [value] },
    'attestation-is-not-signature': { code: 'attestation-is-not-signature', ...about, expected, predicateTypes: [value] },
    'signature-threshold-not-met': {
      code: 'signature-threshold-not-met',
      ...about,
      threshold: 2,
      expected,
      found: [{ kind: 'key', fingerprint: value }],
      counted: 1,
    },
    'identity-mismatch': {
      code: 'identity-mismatch',
      ...about,
      expected: [{ ...expected[0]!, identity: { issuer: value, subject: value, subjectIsPattern: false } }],
      found: { kind: 'certificate', issuer: value, subject: value },
      caller: [{ field: value, expected: value, found: value }],
      layout: 'bundle-referrer',
    },
    'signature-invalid': { code: 'signature-invalid', ...about, authority: value, ...attached, reason: value },
    'subject-mismatch': { code: 'subject-mismatch', ...about, expected: value, found: [value], ...attached },
    'signature-malformed': { code: 'signature-malformed', reference: about.reference, ...attached, reason: value },
  };
}
