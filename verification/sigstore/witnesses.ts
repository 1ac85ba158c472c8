import type { SignedEntity, TrustMaterial } from '@sigstore/verify';
import type { TrustRootThresholds } from '../trust-policy/types';
import { MAX_CLOCK_SKEW_MS } from './limits';

/** A time that somebody we trust stated about the signature. */
interface WitnessedTime {
  /** Who stated it, so that one witness counts once. */
  readonly source: string;
  readonly time: Date;
}

/**
 * The trusted times of an entity that the library has verified. A log states a time only with its inclusion promise: next to a bare proof
 * `integratedTime` is not signed by anybody.
 */
export function witnessedTimes(entity: SignedEntity): readonly WitnessedTime[] {
  return entity.timestamps.flatMap((stamp): readonly WitnessedTime[] => {
    if (stamp.$case === 'timestamp-authority') {
      const { signerIssuer, signerSerialNumber, signingTime } = stamp.timestamp;
      return [{ source: `authority ${signerIssuer.toString('hex')} ${signerSerialNumber.toString('hex')}`, time: signingTime }];
    }
    const { inclusionPromise, logId, integratedTime } = stamp.tlogEntry;
    if (inclusionPromise === undefined) return [];
    return [{ source: `log ${logId.keyId.toString('hex')}`, time: new Date(Number(integratedTime) * 1000) }];
  });
}

/**
 * Why the witnesses of a verified entity do not suffice; `undefined` when they do. Closes three gaps of the library: it counts entries
 * where independent witnesses are meant (two entries in one log are one witness, CVE-2026-49834); it takes a proof by a log key that was
 * retired when the signature was made (CVE-2026-54787); it believes in times to come.
 *
 * @param now for tests
 */
export function witnessObjection(
  entity: SignedEntity,
  material: TrustMaterial,
  thresholds: TrustRootThresholds,
  now: Date,
): string | undefined {
  const times = witnessedTimes(entity);
  const future = times.find(({ time }) => time.getTime() > now.getTime() + MAX_CLOCK_SKEW_MS);
  if (future) return `it is dated ${future.time.toISOString()}, which is still to come (is the clock of this machine right?)`;

  const logs = new Set(entity.tlogEntries.map(({ logId }) => logId.keyId.toString('hex')));
  if (logs.size < thresholds.transparencyLog) {
    return `expected entries in ${thresholds.transparencyLog} transparency logs, got ${logs.size}`;
  }
  const sources = new Set(times.map(({ source }) => source));
  if (sources.size < thresholds.timestamps) return `expected times from ${thresholds.timestamps} witnesses, got ${sources.size}`;

  const retired = entity.tlogEntries.find(({ logId }) => !times.every(({ time }) => logKeyIsValid(material, logId.keyId, time)));
  return retired && 'the key of its transparency log was not valid when the signature was made';
}

function logKeyIsValid(material: TrustMaterial, logId: Buffer, time: Date): boolean {
  return material.tlogs.some(({ logID, validFor }) => logID.equals(logId) && validFor.start <= time && time <= validFor.end);
}
