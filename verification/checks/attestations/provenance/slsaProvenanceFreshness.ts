import { MAX_CLOCK_SKEW_MS } from '../../../sigstore/limits';
import { formatDuration } from '../../../trust-policy/duration';
import type { Duration } from '../../../trust-policy/duration';

/** A time that an attestation gives, and where. */
export interface GivenTime {
  readonly time: Date;
  readonly where: string;
}

/** The trusted time of a signature, as a given time. */
export const signingTime = (signedAt: string | undefined): readonly GivenTime[] =>
  signedAt === undefined ? [] : [{ time: new Date(signedAt), where: 'trusted signing time' }];

/** The time that counts for the age. */
export const oldestOf = (times: readonly GivenTime[]): GivenTime | undefined =>
  [...times].sort((a, b) => a.time.getTime() - b.time.getTime())[0];

/**
 * Why the times of an attestation are not acceptable; `undefined` when they are. The oldest counts, so that signing an old build again does
 * not make it young, and a stated time can only make it older. A time in the future is refused even if nobody asks for an age.
 */
export function timeObjection(
  times: readonly GivenTime[],
  maxAge: Duration | undefined,
  now: Date,
): { readonly found: string; readonly where: string } | undefined {
  const future = times.find(({ time }) => time.getTime() > now.getTime() + MAX_CLOCK_SKEW_MS);
  if (future !== undefined) {
    return { found: `${future.time.toISOString()}, which is in the future at ${now.toISOString()}`, where: future.where };
  }
  if (maxAge === undefined) return undefined;
  const oldest = oldestOf(times);
  if (oldest === undefined) return { found: 'no time at all, so it may be of any age', where: 'predicate and signature' };
  const age = now.getTime() - oldest.time.getTime();
  return age > maxAge.milliseconds ? { found: `${oldest.time.toISOString()}, ${formatDuration(age)} ago`, where: oldest.where } : undefined;
}
