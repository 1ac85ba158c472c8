import type { VerifiedAttestation } from './types';

/** When something was signed, as far as that is known: in milliseconds, both ends included. */
export interface SigningPeriod {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * When an attestation was signed. A trusted time is only the upper bound: an attacker who may push can add a fresh timestamp or log entry to
 * the bytes of an old signature. For a certificate the lower bound is its begin, minutes before. A key has none, so there it is the time that
 * the signed content gives for itself, which was signed with it; without one the lower bound is open.
 *
 * @param claimed time that the content gives for itself; looked at for keys only
 */
export function signingPeriod({ signer, signedAt, signedAfter }: VerifiedAttestation, claimed?: Date): SigningPeriod {
  const trusted = millisecondsOf(signedAt);
  const begin = signer.kind === 'certificate' ? (millisecondsOf(signedAfter) ?? trusted) : claimed?.getTime();
  // What nothing timed can only say itself that it is older than the rest.
  const latest = trusted ?? claimed?.getTime() ?? Infinity;
  return { earliest: Math.min(begin ?? -Infinity, latest), latest };
}

function millisecondsOf(time: string | undefined): number | undefined {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/**
 * Those that may be the newest: all but the ones that are certainly older than another. If any old one sufficed, a good result would hide a
 * bad one that came later (CVE-2024-23332); and where the order is not known, each of them has to hold.
 *
 * @param periodOf when an item was made
 * @returns at least one of the items, in their order
 */
export function mayBeNewest<T>(items: readonly T[], periodOf: (item: T) => SigningPeriod): readonly T[] {
  const periods = items.map((item) => ({ item, ...periodOf(item) }));
  // Not by spreading into Math.max: a registry may hold more than the stack.
  const newest = periods.reduce((time, { earliest }) => Math.max(time, earliest), -Infinity);
  // Certificates and logs count in whole seconds: what began in the second in which another was signed came after it, if it was signed later.
  const latestOfNewest = periods.reduce((time, { earliest, latest }) => (earliest === newest ? Math.max(time, latest) : time), -Infinity);
  const isPast = ({ latest }: SigningPeriod): boolean => latest < newest || (latest === newest && latest < latestOfNewest);
  return periods.filter((period) => !isPast(period)).map(({ item }) => item);
}
