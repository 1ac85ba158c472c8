import type { Read } from '../../../attestations/malformed';
import { read } from '../../../attestations/malformed';
import { UNKNOWN_COUNTS_AS, severityRank } from '../../../trust-policy/severity';
import type { VexStatements } from '../../../attestations/vulnerabilities/vex';
import type { Vulnerability } from '../../../attestations/vulnerabilities/vulnerability';
import type { VulnerabilityScanRequirement } from '../../../trust-policy/requirements/vulnerabilityScan';

/** Vulnerabilities that a message names. */
export const MAX_NAMED = 10;

/** What the vulnerabilities of a scan come to under a requirement. */
export interface SeverityAssessment {
  /** The worst above the allowed severity, at most `MAX_NAMED`. */
  readonly worst: readonly Vulnerability[];
  /** All above the allowed severity. */
  readonly count: number;
  /** Rank of the worst of all that remain, allowed or not. */
  readonly rank: number;
  readonly removedByVex: number;
  readonly unfixed: number;
  /** Remaining ones that nothing rates. */
  readonly unrated: number;
  /** Some of them, by id. */
  readonly unratedExamples: readonly string[];
}

export const rankOf = ({ severity }: Vulnerability): number => severityRank(severity ?? UNKNOWN_COUNTS_AS);

/** One pass with memory for the worst only, however many a report holds; stops at the first entry that cannot be read. */
export function assessSeverity(
  vulnerabilities: Iterable<Read<Vulnerability>>,
  { maxSeverity, ignoreUnfixed }: VulnerabilityScanRequirement,
  vex: VexStatements,
): Read<SeverityAssessment> {
  const allowed = severityRank(maxSeverity);
  const worst: Vulnerability[] = [];
  const unratedExamples: string[] = [];
  let [count, rank, removedByVex, unfixed, unrated] = [0, 0, 0, 0, 0];
  for (const item of vulnerabilities) {
    if (!item.ok) return item;
    const vulnerability = item.value;
    if (ignoreUnfixed && vulnerability.fix === 'none') {
      unfixed += 1;
      continue;
    }
    if (vex.removes(vulnerability)) {
      removedByVex += 1;
      continue;
    }
    if (vulnerability.severity === undefined) {
      unrated += 1;
      if (unratedExamples.length < MAX_NAMED) unratedExamples.push(vulnerability.id);
    }
    rank = Math.max(rank, rankOf(vulnerability));
    if (rankOf(vulnerability) > allowed) {
      count += 1;
      insert(worst, vulnerability);
    }
  }
  return read({ worst, count, rank, removedByVex, unfixed, unrated, unratedExamples });
}

/** Keeps the list sorted, worst first, and short. */
function insert(worst: Vulnerability[], vulnerability: Vulnerability): void {
  const rank = rankOf(vulnerability);
  const at = worst.findIndex((other) => rankOf(other) < rank);
  if (at === -1) worst.push(vulnerability);
  else worst.splice(at, 0, vulnerability);
  if (worst.length > MAX_NAMED) worst.pop();
}
