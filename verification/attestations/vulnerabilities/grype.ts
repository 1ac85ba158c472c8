import { malformed, read } from '../malformed';
import type { Read } from '../malformed';
import { severityOfScore, severityOfWord, worstSeverity } from '../../trust-policy/severity';
import { field, listField, textField, timeField } from '../signedFields';
import type { ScanReport, Vulnerability } from './vulnerability';

/** Whether this looks like a report of grype. */
export const isGrypeReport = (report: unknown): boolean =>
  field(report, 'matches') !== undefined && (field(report, 'descriptor') !== undefined || field(report, 'source') !== undefined);

/** Reads `grype --output json`: https://github.com/anchore/grype#output-formats. What grype itself ignored (`ignoredMatches`) is not looked at. */
export function readGrypeReport(report: unknown, path: string): Read<ScanReport> {
  const matches = field(report, 'matches');
  if (!Array.isArray(matches)) return malformed(`${path}matches`, 'a list', matches);
  const version = textField(report, 'descriptor', 'version');
  const finishedAt = timeField(report, 'descriptor', 'timestamp');
  // Under `status` since database version 6.
  const databaseUpdatedAt = timeField(report, 'descriptor', 'db', 'status', 'built') ?? timeField(report, 'descriptor', 'db', 'built');
  return read({
    scanner: { name: textField(report, 'descriptor', 'name') ?? 'grype', ...(version !== undefined && { version }) },
    ...(finishedAt !== undefined && { finishedAt }),
    ...(databaseUpdatedAt !== undefined && { databaseUpdatedAt }),
    vulnerabilities: vulnerabilitiesOf(matches, path),
  });
}

function* vulnerabilitiesOf(matches: readonly unknown[], path: string): Generator<Read<Vulnerability>> {
  for (const [index, match] of matches.entries()) yield vulnerabilityOf(match, `${path}matches[${index}]`);
}

function vulnerabilityOf(match: unknown, place: string): Read<Vulnerability> {
  const id = textField(match, 'vulnerability', 'id');
  if (id === undefined) return malformed(`${place}.vulnerability.id`, 'the id of a vulnerability', field(match, 'vulnerability', 'id'));
  const name = textField(match, 'artifact', 'name');
  const version = textField(match, 'artifact', 'version');
  const packageUrl = textField(match, 'artifact', 'purl');
  const [fixedVersion] = listField(match, 'vulnerability', 'fix', 'versions').filter((item) => typeof item === 'string');
  const scores = listField(match, 'vulnerability', 'cvss').map((item) => severityOfScore(field(item, 'metrics', 'baseScore')));
  const severity = severityOfWord(field(match, 'vulnerability', 'severity')) ?? worstSeverity(scores);
  return read({
    id,
    fix: fixState(field(match, 'vulnerability', 'fix', 'state')),
    ...(name !== undefined && { package: name }),
    ...(version !== undefined && { version }),
    ...(fixedVersion !== undefined && { fixedVersion }),
    ...(packageUrl !== undefined && { packageUrl }),
    ...(severity !== undefined && { severity }),
  });
}

function fixState(state: unknown): Vulnerability['fix'] {
  if (state === 'fixed') return 'available';
  return state === 'not-fixed' || state === 'wont-fix' ? 'none' : 'unknown';
}
