import type { PolicyResult } from '../checks/policyCheck';
import type { Finding } from '../finding';
import type { ImagePolicy } from '../trust-policy/types';
import { checkContinuity } from './continuity';
import { bearers, builderOf, newestTime, recordedSigner } from './previousVerdicts';
import type { PreviousVerdict } from './previousVerdicts';
import { checkRollback } from './rollback';

/**
 * Holds a positive result against the recorded verdicts about the repository, as far as the policy asks for it: `continuity` and `rollback`. It
 * must continue one of them, and come after all of them unless it is one of them.
 *
 * @param previous absent when the repository was never verified before: then there is nothing to compare with (trust on first use), which is told
 * @param faults what could not be fetched: a newer signature, or the known signer's, may be among it
 * @returns the result with warnings added, or a negative one where the policy enforces
 */
export function sinceLastVerdict(
  policy: ImagePolicy,
  result: PolicyResult,
  image: { readonly reference: string; readonly digest: string },
  previous: readonly PreviousVerdict[] | undefined,
  faults: readonly Finding[],
): PolicyResult {
  const neededFor = (['continuity', 'rollback'] as const).filter((rule) => policy[rule] !== undefined);
  if (!result.holds || neededFor.length === 0) return result;
  if (previous === undefined) {
    const missing: Finding = { code: 'previous-verdict-missing', reference: image.reference, policy: policy.name, neededFor };
    return { ...result, warnings: [...result.warnings, missing] };
  }
  const records = [...previous].sort(newestFirst);
  const carrying = bearers(result.evidence, result.attestations);
  const place = { reference: image.reference, policy: policy.name };
  const signedAt = newestTime(carrying);
  const builder = builderOf(result.attestations);
  const signers = { ...place, signers: carrying.map(recordedSigner), required: Math.max(1, policy.signatureThreshold) };

  const changes = records.map((record) => checkContinuity({ ...signers, ...(builder !== undefined && { builder }) }, record));
  const continuity = changes.every((change) => change !== undefined) ? changes[0] : undefined;
  const order = { ...place, digest: image.digest, ...(signedAt !== undefined && { signedAt }) };
  const isRecorded = records.some(({ digest }) => digest === image.digest);
  const rollback = isRecorded ? undefined : records.map((record) => checkRollback(order, record)).find((older) => older !== undefined);

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

const newestFirst = (a: PreviousVerdict, b: PreviousVerdict): number => (b.signedAt ?? '').localeCompare(a.signedAt ?? '');
