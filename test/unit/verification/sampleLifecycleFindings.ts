import type { Finding, FindingCode } from '../../../verification/finding';
import type { LifecycleFinding } from '../../../verification/findings/lifecycle';

interface Place {
  readonly reference: string;
  readonly policy: string;
}

const exceptionOf = (value: string, about: Place) => ({
  ...about,
  exception: value,
  reason: value,
  owner: value,
  expires: value,
});

const ageOf = (value: string) => ({
  signer: { kind: 'key', fingerprint: value } as const,
  signedAt: value,
  ageMilliseconds: 86_400_000,
  maxAge: value,
});

/** The samples of exceptions, ages, continuity and of weak spots of the trust policy. */
export function lifecycleSamples(
  value: string,
  about: Place,
): { readonly [Code in LifecycleFinding['code'] & FindingCode]: Extract<Finding, { code: Code }> } {
  return {
    'exception-applied': { code: 'exception-applied', ...exceptionOf(value, about), covered: ['unsigned'] },
    'exception-expiring': { code: 'exception-expiring', ...exceptionOf(value, about), days: 3 },
    'exception-expired': { code: 'exception-expired', ...exceptionOf(value, about) },
    'exception-too-narrow': { code: 'exception-too-narrow', ...exceptionOf(value, about), left: ['identity-mismatch'] },
    'signature-too-old': { code: 'signature-too-old', ...about, ...ageOf(value) },
    'signature-ageing': { code: 'signature-ageing', ...about, ...ageOf(value) },
    'signature-untimed': {
      code: 'signature-untimed',
      ...about,
      signer: { kind: 'key', fingerprint: value },
      neededFor: 'freshness',
    },
    'signer-changed': {
      code: 'signer-changed',
      ...about,
      changes: [{ what: 'workflow', recorded: value, found: value }],
      recordedDigest: value,
    },
    'rolled-back': {
      code: 'rolled-back',
      ...about,
      digest: value,
      signedAt: value,
      recorded: { digest: value, signedAt: value },
    },
    'previous-verdict-missing': { code: 'previous-verdict-missing', ...about, neededFor: ['continuity', 'rollback'] },
    'policy-subject-wide': { code: 'policy-subject-wide', path: value, accepts: value, pattern: value },
    'policy-subject-dot': { code: 'policy-subject-dot', path: value, accepts: value, pattern: value },
    'policy-subject-organisation': { code: 'policy-subject-organisation', path: value, accepts: value, pattern: value },
    'policy-subject-any-branch': { code: 'policy-subject-any-branch', path: value, accepts: value, pattern: value },
    'policy-images-wide': { code: 'policy-images-wide', path: value, accepts: value, glob: value },
    'policy-without-attestations': { code: 'policy-without-attestations', path: value, accepts: value, policy: value },
    'policy-age-of-key': { code: 'policy-age-of-key', path: value, accepts: value, policy: value, rules: [value] },
    'policy-warn-only': { code: 'policy-warn-only', path: value, accepts: value, policy: value },
    'policy-without-signature': { code: 'policy-without-signature', path: value, accepts: value, policy: value },
    'policy-unmatched-allowed': { code: 'policy-unmatched-allowed', path: value, accepts: value },
    'policy-exception-long': { code: 'policy-exception-long', path: value, accepts: value, exception: value, expires: value },
  };
}
