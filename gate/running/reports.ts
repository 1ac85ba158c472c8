import { listOf, mismatch, objectOf, textOf } from './fields';
import type { JsonObject } from './fields';
import type { PodReport, ReportResult } from './types';

const RESULTS: ReadonlySet<unknown> = new Set<ReportResult['result']>(['pass', 'fail', 'warn', 'error', 'skip']);

/** What a report says about pods, and what of it cannot be read. */
export interface ReadReport {
  readonly reports: readonly PodReport[];
  readonly problems: readonly string[];
}

/**
 * Reads a report result by result. Kyverno writes one report for each object, named by `scope`; others name the object in each result. A word
 * for a result that there is not counts as an error of its policy: it is no "pass".
 *
 * @param at where it is, for messages: `items[3]`
 */
export function readReport(item: JsonObject, at: string): ReadReport {
  const problems: string[] = [];
  const namespace = textOf(objectOf(item['metadata'])['namespace']);
  const scope = item['scope'] === undefined || item['scope'] === null ? [] : [item['scope']];
  const results = item['results'] ?? [];
  if (!Array.isArray(results)) problems.push(mismatch(`${at}.results`, 'a list', results));
  const reports = listOf(results).flatMap((one, index) => {
    const result = objectOf(one);
    const policy = textOf(result['policy']);
    if (policy === undefined) {
      problems.push(mismatch(`${at}.results[${index}].policy`, 'text', result['policy']));
      return [];
    }
    const isKnown = RESULTS.has(result['result']);
    if (!isKnown) problems.push(mismatch(`${at}.results[${index}].result`, 'pass, fail, warn, error or skip', result['result']));
    const said: ReportResult = {
      policy,
      result: isKnown ? (result['result'] as ReportResult['result']) : 'error',
      // openreports.io calls it otherwise.
      message: isKnown ? (textOf(result['message']) ?? textOf(result['description']) ?? '') : 'a result that is not known',
    };
    const about = result['resources'] ?? result['subjects'] ?? scope;
    return listOf(about).flatMap((subject) => aboutPod(objectOf(subject), namespace, said));
  });
  return { reports, problems };
}

function aboutPod({ kind, namespace, name, uid }: JsonObject, ofReport: string | undefined, said: ReportResult): readonly PodReport[] {
  if (kind !== 'Pod' || typeof name !== 'string') return [];
  return [{ namespace: textOf(namespace) ?? ofReport ?? '', pod: name, uid: textOf(uid), results: [said] }];
}
