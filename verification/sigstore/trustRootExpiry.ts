import type { X509Certificate } from '@sigstore/core';
import type { TrustRootFinding } from '../finding';
import type { LoadedTrustRoot } from './types';

export type TrustRootExpiring = Extract<TrustRootFinding, { code: 'trust-root-expiring' }>;

/** Days before the end from which on it is told: time enough for a rotation with review. */
const WARN_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

type Part = TrustRootExpiring['part'];

/**
 * Which parts of a trust root end soon, or have ended. Logs and authorities are replaced from time to time, and a root may list retired ones for
 * what was signed in their time: so a part ends with the last of its kind. What was signed before stays good; what is signed afterwards fails.
 *
 * @param now policy time
 * @returns a warning for each part; empty while all of them last for 30 days
 */
export function trustRootExpiry({ name, material, thresholds }: LoadedTrustRoot, now: Date): readonly TrustRootExpiring[] {
  const ofAuthority = ({ validFor, certChain }: (typeof material.certificateAuthorities)[number]) =>
    earliest([validFor.end, ...certChain.map(({ notAfter }: X509Certificate) => notAfter)]);
  const ofLog = ({ validFor }: (typeof material.tlogs)[number]) => validFor.end;
  const parts: readonly (readonly [Part, readonly Date[]])[] = [
    ['certificate authority', material.certificateAuthorities.map(ofAuthority)],
    // A part that no signature needs may end unnoticed.
    ['transparency log', thresholds.transparencyLog === 0 ? [] : material.tlogs.map(ofLog)],
    ['certificate transparency log', thresholds.certificateTransparency === 0 ? [] : material.ctlogs.map(ofLog)],
    ['timestamp authority', material.timestampAuthorities.map(ofAuthority)],
  ];
  return parts.flatMap(([part, ends]) => (ends.length === 0 ? [] : endingSoon(name, part, latest(ends), now, WARN_DAYS)));
}

/** The warning about one end, if it is near. @param days how near */
export function endingSoon(trustRoot: string, part: Part, end: Date, now: Date, days: number): readonly TrustRootExpiring[] {
  if (end.getTime() - now.getTime() > days * DAY_MS) return [];
  return [{ code: 'trust-root-expiring', trustRoot, part, expires: end.toISOString(), hasEnded: end <= now }];
}

const earliest = (dates: readonly Date[]): Date => new Date(Math.min(...dates.map((date) => date.getTime())));
const latest = (dates: readonly Date[]): Date => new Date(Math.max(...dates.map((date) => date.getTime())));
