import type { VerifiedAttestation } from './types';

type Attestations = readonly [VerifiedAttestation, ...VerifiedAttestation[]];

/**
 * The attestations of one kind that decide: the newest by trusted time, and every one that nothing timed. If any old one sufficed, a good
 * result would hide a bad one that came later; and one without trusted time may be the latest, so it has to hold as well.
 *
 * @param attestations newest first, those without trusted time last
 */
export function deciding([newest, ...older]: Attestations): Attestations {
  return [newest, ...older.filter(({ signedAt }) => signedAt === undefined)];
}
