import type { PolicyResult } from '../checks/policyCheck';
import type { Finding } from '../finding';
import type { ImagePolicy } from '../trust-policy/types';
import { checkContinuity } from './continuity';
import { bearers, builderOf, newestTime, recordedSigner } from './previousVerdicts';
import type { PreviousVerdict } from './previousVerdicts';
import { checkRollback } from './rollback';

/**
 * Holds a positive result against the last verdict about the repository, as far as the policy asks for it: `continuity` and `rollback`.
 *
 * @param previous absent when the repository was never verified before: then there is nothing to compare with (trust on first use)
 * @param faults what could not be fetched: a newer signature, or the known signer's, may be among it
 * @returns the result with warnings added, or a negative one where the policy enforces
 */
export function sinceLastVerdict(
  policy: ImagePolicy,
  result: PolicyResult,
  image: { readonly reference: string; readonly digest: string },
  previous: PreviousVerdict | undefined,
  faults: readonly Finding[],
): PolicyResult {
  if (!result.holds || previous === undefined) return result;
  const carrying = bearers(result.evidence, result.attestations);
  const place = { reference: image.reference, policy: policy.name };
  const signedAt = newestTime(carrying);
  const builder = builderOf(result.attestations);
  const signers = { ...place, signers: carrying.map(recordedSigner), required: Math.max(1, policy.signatureThreshold) };

  const continuity = policy.continuity && checkContinuity({ ...signers, ...(builder !== undefined && { builder }) }, previous);
  const rollback =
    policy.rollback && checkRollback({ ...place, digest: image.digest, ...(signedAt !== undefined && { signedAt }) }, previous);

  const found = (level: 'warn' | 'enforce'): readonly Finding[] => [
    ...(continuity && policy.continuity === level ? [continuity] : []),
    ...(rollback && policy.rollback === level ? [rollback] : []),
  ];
  const warnings = [...result.warnings, ...found('warn')];
  const findings = found('enforce');
  if (findings.length === 0) return { ...result, warnings };
  return faults.length > 0
    ? { holds: false, outcome: 'undetermined', findings: [...faults, ...findings], warnings }
    : { holds: false, outcome: 'rejected', findings, warnings };
}
