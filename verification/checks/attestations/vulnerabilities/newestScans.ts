import type { Read } from '../../../attestations/malformed';
import type { VerifiedAttestation } from '../../../attestations/types';
import type { ScanReport } from '../../../attestations/vulnerabilities/vulnerability';
import { readVulnerabilityScan } from '../../../attestations/vulnerabilities/vulnerabilityScan';
import { trustedTime } from '../claimedTime';

/** An attested scan, read. */
export interface AttestedScan {
  readonly attestation: VerifiedAttestation;
  readonly report: Read<ScanReport>;
}

/** The scans that may be the newest, and whether a trusted time says so. */
export interface NewestScans {
  readonly scans: readonly AttestedScan[];
  readonly isTimed: boolean;
}

/**
 * Which scans count: the newest by trusted signing time, and every other that might be newer. An older clean scan never hides a newer bad one
 * (the rollback of CVE-2024-23332), so whatever cannot be ordered counts as well:
 *
 * - all with the same trusted time (logs count in seconds);
 * - untimed ones that do not say themselves that they are older than the newest timed one;
 * - with no trusted time at all, the newest by their own time, and those that give none.
 *
 * @param attestations scans only, in any order
 */
export function newestScans(attestations: readonly VerifiedAttestation[]): NewestScans {
  const scans = attestations.map((attestation) => ({
    attestation,
    report: readVulnerabilityScan(attestation.predicateType, attestation.predicate),
  }));
  const timed = scans.flatMap((scan) => {
    const at = trustedTime(scan.attestation);
    return at === undefined ? [] : [{ scan, at: at.getTime() }];
  });
  const untimed = scans.filter(({ attestation }) => trustedTime(attestation) === undefined);
  const newest = latest(timed.length > 0 ? timed.map(({ at }) => at) : untimed.map((scan) => ownTime(scan) ?? -Infinity));
  const mayBeNewer = untimed.filter((scan) => (ownTime(scan) ?? Infinity) >= newest);
  return { scans: [...timed.filter(({ at }) => at === newest).map(({ scan }) => scan), ...mayBeNewer], isTimed: timed.length > 0 };
}

/** Not by spreading into Math.max: a registry may hold more than the stack. */
const latest = (times: readonly number[]): number => times.reduce((a, b) => Math.max(a, b), -Infinity);

/** An unreadable scan has no time of its own, so it counts. */
const ownTime = ({ report }: AttestedScan): number | undefined => (report.ok ? report.value.finishedAt?.getTime() : undefined);
