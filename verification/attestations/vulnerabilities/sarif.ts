import { malformed, read } from '../malformed';
import type { Read } from '../malformed';
import { severityOfScore } from '../../trust-policy/severity';
import type { Severity } from '../../trust-policy/severity';
import { field, isRecord, listField, textField, timeField } from '../signedFields';
import type { ScanReport, Vulnerability } from './vulnerability';

/** Whether this looks like SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const isSarifReport = (report: unknown): boolean =>
  field(report, 'runs') !== undefined && textField(report, 'version') !== undefined;

/** Trivy writes `error` for high and for critical alike, so without a score the worse of both is meant. */
const LEVELS: ReadonlyMap<unknown, Severity> = new Map([
  ['error', 'critical'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'none'],
]);

/** Reads a SARIF report of a scanner. It has no place for packages and fixes, so `ignoreUnfixed` changes nothing for it. */
export function readSarifReport(report: unknown, path: string): Read<ScanReport> {
  const runs = field(report, 'runs');
  if (!Array.isArray(runs) || runs.length === 0) return malformed(`${path}runs`, 'a list of at least one run', runs);
  const name = textField(runs[0], 'tool', 'driver', 'name')?.toLowerCase();
  const version = textField(runs[0], 'tool', 'driver', 'version') ?? textField(runs[0], 'tool', 'driver', 'semanticVersion');
  const finishedAt = timeField(listField(runs[0], 'invocations').at(-1), 'endTimeUtc');
  return read({
    ...(name !== undefined && { scanner: { name, ...(version !== undefined && { version }) } }),
    ...(finishedAt !== undefined && { finishedAt }),
    vulnerabilities: vulnerabilitiesOf(runs, path),
  });
}

/** `suppressions` are not looked at: exceptions belong into the policy or into VEX. */
function* vulnerabilitiesOf(runs: readonly unknown[], path: string): Generator<Read<Vulnerability>> {
  for (const [index, run] of runs.entries()) {
    const results = field(run, 'results');
    // A run that has no results did not scan; one that found nothing has an empty list.
    if (!isRecord(run) || !Array.isArray(results)) {
      yield malformed(`${path}runs[${index}].results`, 'a list', results);
      return;
    }
    const rules = new Map(listField(run, 'tool', 'driver', 'rules').map((rule) => [field(rule, 'id'), rule]));
    for (const [position, result] of results.entries()) {
      const id = textField(result, 'ruleId') ?? textField(result, 'rule', 'id');
      if (id === undefined) {
        yield malformed(`${path}runs[${index}].results[${position}].ruleId`, 'the id of a vulnerability', field(result, 'ruleId'));
        return;
      }
      const rule = rules.get(id);
      const level = field(result, 'level') ?? field(rule, 'defaultConfiguration', 'level');
      const severity = severityOfScore(field(rule, 'properties', 'security-severity')) ?? LEVELS.get(level);
      yield read({ id, fix: 'unknown', ...(severity !== undefined && { severity }) });
    }
  }
}
