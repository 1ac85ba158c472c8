import type { Finding, FindingCode } from '../../../verification/finding';

const REFERENCE = `ghcr.io/acme/model@sha256:${'ab'.repeat(32)}`;
const SIGNERS = [{ authority: 'ci', description: 'https://ci.test/build (issuer https://issuer.test)' }];

/** One finding of every code, every text field set to `value`; the type makes a new code show up here. */
export function sampleFindings(value: string): { readonly [Code in FindingCode]: Extract<Finding, { code: Code }> } {
  const expected = [...SIGNERS, { authority: value, description: value }];
  const about = { reference: REFERENCE, policy: value };
  const attached = { layout: 'legacy-tag', source: value } as const;
  const asking = { registry: value, operation: value };
  return {
    'reference-malformed': { code: 'reference-malformed', reference: value, reason: value },
    'image-not-found': { code: 'image-not-found', reference: REFERENCE, registry: value },
    'registry-unauthorized': {
      code: 'registry-unauthorized',
      registry: value,
      repository: value,
      status: 401,
      credentials: 'none',
      reason: value,
    },
    'registry-unreachable': { code: 'registry-unreachable', ...asking, reason: value },
    'registry-timeout': { code: 'registry-timeout', ...asking, seconds: 30 },
    'registry-response-invalid': { code: 'registry-response-invalid', ...asking, expected: value, found: value },
    'registry-redirect-refused': { code: 'registry-redirect-refused', ...asking, location: value, reason: value },
    'digest-mismatch': { code: 'digest-mismatch', what: value, expected: value, found: value },
    'limit-exceeded': { code: 'limit-exceeded', what: value, limit: value, found: value },
    'trust-policy-missing': { code: 'trust-policy-missing', searched: [value] },
    'trust-policy-unreadable': { code: 'trust-policy-unreadable', file: value, reason: value },
    'trust-policy-invalid': {
      code: 'trust-policy-invalid',
      file: value,
      problems: [{ path: value, line: 3, column: 7, message: value }],
    },
    'image-not-covered': { code: 'image-not-covered', reference: value, unmatchedImages: 'deny' },
    'trust-root-unavailable': { code: 'trust-root-unavailable', trustRoot: value, reason: value },
    'trust-root-offline': { code: 'trust-root-offline', trustRoot: value, reason: value, expires: value },
    unsigned: { code: 'unsigned', ...about, expected, searched: [value] },
    'attestation-is-not-signature': { code: 'attestation-is-not-signature', ...about, expected, predicateTypes: [value] },
    'signature-threshold-not-met': {
      code: 'signature-threshold-not-met',
      ...about,
      threshold: 2,
      expected,
      found: [{ kind: 'key', fingerprint: value }],
    },
    'identity-mismatch': {
      code: 'identity-mismatch',
      ...about,
      expected: [{ ...SIGNERS[0]!, identity: { issuer: value, subject: value, subjectIsPattern: false } }],
      found: { kind: 'certificate', issuer: value, subject: value },
      layout: 'bundle-referrer',
    },
    'signature-invalid': { code: 'signature-invalid', ...about, authority: value, ...attached, reason: value },
    'subject-mismatch': { code: 'subject-mismatch', ...about, expected: value, found: [value], ...attached },
    'signature-malformed': { code: 'signature-malformed', reference: REFERENCE, ...attached, reason: value },
    'attestation-missing': {
      code: 'attestation-missing',
      ...about,
      requirement: value,
      predicateTypes: [value],
      expected,
      others: [value],
    },
    'attestation-untrusted': {
      code: 'attestation-untrusted',
      ...about,
      requirement: value,
      predicateType: value,
      source: value,
      reason: value,
      expected,
    },
    'predicate-malformed': {
      code: 'predicate-malformed',
      ...about,
      requirement: value,
      predicateType: value,
      source: value,
      path: value,
      expected: value,
      found: value,
    },
    'image-unpinned': { code: 'image-unpinned', reference: value },
    'image-unknown': { code: 'image-unknown', what: value },
    'image-unreadable': { code: 'image-unreadable', expected: value, found: value },
    'internal-error': { code: 'internal-error', during: value, reason: value },
  };
}
