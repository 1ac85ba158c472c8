import type { RequirementContext, VerifiedAttestation } from '../../attestations/types';
import type { Finding } from '../../finding';

/** Clocks of build machines and logs differ; more than this is no clock but a lie or a mistake. */
export const CLOCK_SKEW_MILLISECONDS = 5 * 60_000;

/** Place of a finding about this requirement. */
export const placeOf = ({ reference, policy, requirement }: RequirementContext) => ({ reference, policy, requirement });

/** Trusted signing time of an attestation. */
export function trustedTime({ signedAt }: VerifiedAttestation): Date | undefined {
  const time = signedAt === undefined ? undefined : new Date(signedAt);
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time;
}

/**
 * What is signed was there before: a content that claims to be newer than its signature would stay fresh for longer than it is.
 *
 * @param claimed time that the content gives for itself
 * @returns `attestation-time-implausible`, or nothing
 */
export function claimedTimeFindings(
  claimed: Date | undefined,
  attestation: VerifiedAttestation,
  context: RequirementContext,
): readonly Finding[] {
  if (claimed === undefined) return [];
  const signed = trustedTime(attestation);
  const latest = signed !== undefined && signed.getTime() < context.now.getTime() ? signed : context.now;
  if (claimed.getTime() <= latest.getTime() + CLOCK_SKEW_MILLISECONDS) return [];
  return [
    {
      code: 'attestation-time-implausible',
      ...placeOf(context),
      predicateType: attestation.predicateType,
      source: attestation.source,
      claimed: claimed.toISOString(),
      latest: latest.toISOString(),
      latestIs: latest === signed ? 'signing time' : 'policy time',
    },
  ];
}
