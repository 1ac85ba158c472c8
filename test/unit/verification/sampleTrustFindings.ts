import type { Finding } from '../../../verification/finding';
import type { TrustPolicyFinding, TrustRootFinding } from '../../../verification/findings/trust';

type Code = (TrustPolicyFinding | TrustRootFinding)['code'];

/** The samples of findings about the trust policy, its trust roots and keys in a KMS. */
export function trustSamples(value: string): { readonly [C in Code]: Extract<Finding, { code: C }> } {
  return {
    'trust-policy-missing': { code: 'trust-policy-missing', searched: [value], lookalikes: [value] },
    'trust-policy-ambiguous': { code: 'trust-policy-ambiguous', files: [{ file: value, why: value }] },
    'trust-policy-unused': { code: 'trust-policy-unused', used: value, unused: [{ file: value, why: value }] },
    'project-directory-unknown': { code: 'project-directory-unknown', project: value, reason: value, sources: [value] },
    'pack-setting-invalid': { code: 'pack-setting-invalid', problems: [{ path: value, message: value }] },
    'trust-policy-unreadable': { code: 'trust-policy-unreadable', file: value, reason: value },
    'trust-policy-invalid': {
      code: 'trust-policy-invalid',
      file: value,
      problems: [{ path: value, line: 3, column: 7, message: value }],
    },
    'model-lock-invalid': { code: 'model-lock-invalid', file: value, problems: [{ path: value, line: 3, column: 7, message: value }] },
    'image-not-covered': {
      code: 'image-not-covered',
      reference: value,
      unmatchedImages: 'deny',
      nearMiss: { policy: value, glob: value, part: 'registry', expected: value, found: value },
    },
    'trust-root-unavailable': { code: 'trust-root-unavailable', trustRoot: value, reason: value },
    'trust-root-expiring': { code: 'trust-root-expiring', trustRoot: value, part: 'transparency log', expires: value, hasEnded: false },
    'kms-key-unavailable': { code: 'kms-key-unavailable', reference: value, reason: value },
    'trust-root-offline': { code: 'trust-root-offline', trustRoot: value, reason: value, copy: 'cache', expires: value },
  };
}
