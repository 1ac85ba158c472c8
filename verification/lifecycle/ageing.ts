import { formatDuration } from '../trust-policy/duration';
import type { Duration } from '../trust-policy/duration';

/** Share of the allowed age from which on it is told that the end is near, so that nobody meets it by surprise. */
const WARN_AT = 0.7;

/** How near the end is, for messages. */
export interface Ageing {
  /** In words: `12 days`. */
  readonly age: string;
  /** As the policy writes it: `30d`. */
  readonly maxAge: string;
  /** When it will be too old, ISO 8601. */
  readonly until: string;
}

/**
 * The early warning of everything that may reach an age: signatures, builds, scans, reviews.
 *
 * @param now policy time
 * @returns `undefined` while most of the time is left, and when it is over, which is for a finding to say
 */
export function ageing(since: Date, maxAge: Duration, now: Date): Ageing | undefined {
  const age = now.getTime() - since.getTime();
  if (!(age >= maxAge.milliseconds * WARN_AT && age <= maxAge.milliseconds)) return undefined;
  const until = new Date(since.getTime() + maxAge.milliseconds).toISOString();
  return { age: formatDuration(age), maxAge: maxAge.text, until };
}
