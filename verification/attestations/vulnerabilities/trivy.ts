import { malformed, read } from '../malformed';
import type { Read } from '../malformed';
import { severityOfScore, severityOfWord, worstSeverity } from '../../trust-policy/severity';
import type { Severity } from '../../trust-policy/severity';
import { field, isRecord, textField, timeField } from '../signedFields';
import type { ScanReport, Vulnerability } from './vulnerability';

/** https://trivy.dev/latest/docs/configuration/reporting/#json; version 1 had no envelope around its results. */
const SCHEMA_VERSION = 2;

/** Whether this looks like a report of trivy, so that problems in it are told in its words. */
export const isTrivyReport = (report: unknown): boolean =>
  field(report, 'SchemaVersion') !== undefined && (field(report, 'ArtifactName') !== undefined || field(report, 'Results') !== undefined);

/** Reads `trivy image --format json`. Without any finding, trivy leaves `Results` or `Vulnerabilities` out. */
export function readTrivyReport(report: unknown, path: string): Read<ScanReport> {
  if (field(report, 'SchemaVersion') !== SCHEMA_VERSION) {
    return malformed(`${path}SchemaVersion`, `${SCHEMA_VERSION}, of trivy's JSON report`, field(report, 'SchemaVersion'));
  }
  const results = field(report, 'Results') ?? [];
  if (!Array.isArray(results)) return malformed(`${path}Results`, 'a list', results);
  const finishedAt = timeField(report, 'CreatedAt');
  const version = textField(report, 'Trivy', 'Version');
  return read({
    scanner: { name: 'trivy', ...(version !== undefined && { version }) },
    ...(finishedAt !== undefined && { finishedAt }),
    vulnerabilities: vulnerabilitiesOf(results, path),
  });
}

function* vulnerabilitiesOf(results: readonly unknown[], path: string): Generator<Read<Vulnerability>> {
  for (const [index, result] of results.entries()) {
    const place = `${path}Results[${index}]`;
    const vulnerabilities = field(result, 'Vulnerabilities') ?? [];
    if (!isRecord(result) || !Array.isArray(vulnerabilities)) {
      yield malformed(
        isRecord(result) ? `${place}.Vulnerabilities` : place,
        isRecord(result) ? 'a list' : 'an object',
        isRecord(result) ? vulnerabilities : result,
      );
      return;
    }
    for (const [position, item] of vulnerabilities.entries()) yield vulnerabilityOf(item, `${place}.Vulnerabilities[${position}]`);
  }
}

function vulnerabilityOf(item: unknown, place: string): Read<Vulnerability> {
  const id = textField(item, 'VulnerabilityID');
  if (id === undefined) return malformed(`${place}.VulnerabilityID`, 'the id of a vulnerability', field(item, 'VulnerabilityID'));
  const name = textField(item, 'PkgName');
  const version = textField(item, 'InstalledVersion');
  const fixedVersion = textField(item, 'FixedVersion');
  const packageUrl = textField(item, 'PkgIdentifier', 'PURL');
  const severity = severityOfWord(field(item, 'Severity')) ?? worstScore(field(item, 'CVSS'));
  return read({
    id,
    fix: fixedVersion === undefined ? 'none' : 'available',
    ...(name !== undefined && { package: name }),
    ...(version !== undefined && { version }),
    ...(fixedVersion !== undefined && { fixedVersion }),
    ...(packageUrl !== undefined && { packageUrl }),
    ...(severity !== undefined && { severity }),
  });
}

/** Scores by source: `{ nvd: { V3Score: 7.5 } }`. Only asked when trivy itself did not rate. */
function worstScore(sources: unknown): Severity | undefined {
  if (!isRecord(sources)) return undefined;
  const scores = Object.values(sources).flatMap((source) => ['V40Score', 'V3Score', 'V2Score'].map((name) => field(source, name)));
  return worstSeverity(scores.map(severityOfScore));
}
