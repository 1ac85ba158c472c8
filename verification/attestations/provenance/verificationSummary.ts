import { PredicateFields } from './slsaProvenanceFields';
import type { MalformedField } from './slsaProvenanceFields';

/** https://slsa.dev/spec/v1.1/verification_summary */
export const VERIFICATION_SUMMARY_V1 = 'https://slsa.dev/verification_summary/v1';

export const PASSED = 'PASSED';
export const FAILED = 'FAILED';

/** What a verification summary (VSA) says. */
export interface VerificationSummary {
  readonly verifierId: string;
  readonly timeVerified: Date;
  readonly resourceUri: string;
  readonly policyUri: string;
  /** `sha256:…`, when the summary tells it. */
  readonly policyDigest?: string;
  readonly passed: boolean;
  readonly verifiedLevels: readonly string[];
}

/**
 * Reads the predicate of a verification summary. All fields that the specification requires must be there: `resourceUri` for one keeps a
 * summary for `dev` out of `prod`.
 *
 * @returns what it says; or the first field that is not what the type promises
 */
export function parseVerificationSummary(predicate: unknown): VerificationSummary | { readonly malformed: MalformedField } {
  const fields = new PredicateFields(predicate);
  const result = fields.requiredText('verificationResult');
  const policyDigest = fields.text('policy', 'digest', 'sha256');
  fields.requiredText('timeVerified');
  const timeVerified = fields.time('timeVerified');
  const verifiedLevels = Array.from(
    { length: fields.count('verifiedLevels') },
    (_, index) => fields.requiredText('verifiedLevels', index).value,
  );
  const summary = {
    verifierId: fields.requiredText('verifier', 'id').value,
    resourceUri: fields.requiredText('resourceUri').value,
    policyUri: fields.requiredText('policy', 'uri').value,
    ...(policyDigest !== undefined && { policyDigest: `sha256:${policyDigest.value}` }),
    // FAILED among the levels outweighs PASSED: in doubt it failed.
    passed: result.value === PASSED && !verifiedLevels.includes(FAILED),
    verifiedLevels,
  };
  if (fields.problem !== undefined) return { malformed: fields.problem };
  if (result.value !== PASSED && result.value !== FAILED) {
    return { malformed: { path: result.path, expected: `${PASSED} or ${FAILED}`, found: JSON.stringify(result.value.slice(0, 100)) } };
  }
  if (timeVerified === undefined) throw new Error('a required time without a value or a problem');
  return { ...summary, timeVerified };
}

const SLSA_LEVEL = /^(SLSA_[A-Z]+_LEVEL_)(\d{1,2})$/;

/** Whether the verified levels include a wanted one: the same, or a higher SLSA level of its track. */
export function includesLevel(verified: readonly string[], wanted: string): boolean {
  const [, track, number] = SLSA_LEVEL.exec(wanted) ?? [];
  return verified.some((level) => {
    if (level === wanted) return true;
    const [, otherTrack, otherNumber] = SLSA_LEVEL.exec(level) ?? [];
    return track !== undefined && otherTrack === track && Number(otherNumber) >= Number(number);
  });
}
