import type { RequirementContext } from '../../attestations/types';
import type { Finding } from '../../finding';
import type { AttestationFinding } from '../../findings/attestations';
import { ageing } from '../../lifecycle/ageing';
import type { Duration } from '../../trust-policy/duration';
import { placeOf } from './claimedTime';

type Aged = Extract<AttestationFinding, { code: 'attestation-ageing' }>['what'];

/** The early warning of a requirement that holds: `attestation-ageing` from 70 % of its age on. Without a highest age there is none. */
export function ageingWarnings(
  what: Aged,
  since: Date | undefined,
  maxAge: Duration | undefined,
  source: string,
  context: RequirementContext,
): readonly Finding[] {
  const soon = since && maxAge && ageing(since, maxAge, context.now);
  return soon === undefined ? [] : [{ code: 'attestation-ageing', ...placeOf(context), source, what, ...soon }];
}
