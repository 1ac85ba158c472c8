import type { Read } from '../../../attestations/malformed';
import { mayBeNewest, signingPeriod } from '../../../attestations/order';
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
 * Which scans count: the newest, and every other that might be newer. An older clean scan never hides a newer bad one (the rollback of
 * CVE-2024-23332), so whatever cannot be ordered counts as well: see `signingPeriod`. An unreadable scan gives no time of its own.
 *
 * @param attestations scans only, in any order
 */
export function newestScans(attestations: readonly VerifiedAttestation[]): NewestScans {
  const scans = attestations.map((attestation) => ({
    attestation,
    report: readVulnerabilityScan(attestation.predicateType, attestation.predicate),
  }));
  return {
    scans: mayBeNewest(scans, ({ attestation, report }) => signingPeriod(attestation, report.ok ? report.value.finishedAt : undefined)),
    isTimed: attestations.some((attestation) => trustedTime(attestation) !== undefined),
  };
}
