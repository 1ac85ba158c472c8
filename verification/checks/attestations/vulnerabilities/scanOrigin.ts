import type { RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import type { ScanReport } from '../../../attestations/vulnerabilities/vulnerability';
import type { Finding } from '../../../finding';
import { ageing } from '../../../lifecycle/ageing';
import { formatDuration } from '../../../trust-policy/duration';
import type { VulnerabilityScanRequirement } from '../../../trust-policy/requirements/vulnerabilityScan';
import { isAtLeast, parseScannerVersion } from '../../../trust-policy/scannerVersion';
import { claimedTimeFindings, placeOf, trustedTime } from '../claimedTime';

/** When the scan ran: what it says itself, else when it was signed. Signing an old scan again does not make it new. */
const scannedAt = ({ finishedAt }: ScanReport, attestation: VerifiedAttestation): Date | undefined =>
  finishedAt ?? trustedTime(attestation);

/** Too old, soon too old, or of a time that cannot be. */
export function ageOfScan(
  report: ScanReport,
  attestation: VerifiedAttestation,
  { maxAge }: VulnerabilityScanRequirement,
  context: RequirementContext,
): { readonly findings: readonly Finding[]; readonly warnings: readonly Finding[] } {
  const implausible = claimedTimeFindings(report.finishedAt, attestation, context);
  if (maxAge === undefined) return { findings: implausible, warnings: [] };
  const place = { ...placeOf(context), source: attestation.source };
  const at = scannedAt(report, attestation);
  if (at === undefined) return { findings: [{ code: 'vulnerability-scan-too-old', ...place, maxAge: maxAge.text }], warnings: [] };
  const milliseconds = context.now.getTime() - at.getTime();
  if (milliseconds > maxAge.milliseconds) {
    const age = formatDuration(milliseconds);
    const finding: Finding = { code: 'vulnerability-scan-too-old', ...place, scannedAt: at.toISOString(), age, maxAge: maxAge.text };
    return { findings: [...implausible, finding], warnings: [] };
  }
  const soon = ageing(at, maxAge, context.now);
  return { findings: implausible, warnings: soon ? [{ code: 'vulnerability-scan-ageing', ...place, ...soon }] : [] };
}

/** `trivy 0.58.1` */
export const scannerInWords = ({ scanner }: ScanReport): string | undefined =>
  scanner === undefined ? undefined : [scanner.name, scanner.version].filter((part) => part !== undefined).join(' ');

/** The newest scan must be by an accepted scanner; an older one by an accepted scanner does not stand in for it. */
export function scannerFindings(
  report: ScanReport,
  { source }: VerifiedAttestation,
  { scanner: accepted }: VulnerabilityScanRequirement,
  context: RequirementContext,
): readonly Finding[] {
  if (accepted === undefined) return [];
  const version = parseScannerVersion(report.scanner?.version ?? '');
  const isAccepted = accepted.some(({ name, minVersion }) => {
    if (name !== report.scanner?.name) return false;
    const minimum = minVersion === undefined ? undefined : parseScannerVersion(minVersion);
    return minVersion === undefined || (minimum !== undefined && version !== undefined && isAtLeast(version, minimum));
  });
  if (isAccepted) return [];
  const scanner = scannerInWords(report);
  const expected = accepted.map(({ name, minVersion }) => (minVersion === undefined ? name : `${name} ${minVersion} or later`));
  return [{ code: 'vulnerability-scanner-not-accepted', ...placeOf(context), source, ...(scanner !== undefined && { scanner }), expected }];
}

/** How old the database was when the scan ran; the time since then is for `maxAge`. */
export function databaseFindings(
  report: ScanReport,
  attestation: VerifiedAttestation,
  { maxDatabaseAge }: VulnerabilityScanRequirement,
  context: RequirementContext,
): readonly Finding[] {
  if (maxDatabaseAge === undefined) return [];
  const { databaseUpdatedAt: updated } = report;
  const implausible = claimedTimeFindings(updated, attestation, context);
  if (implausible.length > 0) return implausible;
  const place = { ...placeOf(context), source: attestation.source, maxAge: maxDatabaseAge.text };
  const scanned = (scannedAt(report, attestation) ?? context.now).getTime();
  const dates = { ...(updated !== undefined && { updatedAt: updated.toISOString() }), scannedAt: new Date(scanned).toISOString() };
  if (updated === undefined) return [{ code: 'vulnerability-database-too-old', ...place, ...dates }];
  const age = scanned - updated.getTime();
  return age <= maxDatabaseAge.milliseconds
    ? []
    : [{ code: 'vulnerability-database-too-old', ...place, ...dates, age: formatDuration(age) }];
}
