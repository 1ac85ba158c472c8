import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AdmissionCase } from './cases';
import { knownIn } from './differences';
import type { KnownDifference } from './differences';

/** What everybody said about one case. */
export interface AnsweredCase {
  readonly asked: AdmissionCase;
  /** Outcome of `verifyImage` about the image that the case is about. */
  readonly image: string;
  readonly preview: boolean;
  readonly cluster: boolean;
  /** Denial of the API server. */
  readonly message: string;
}

const DOCS = path.join(__dirname, '../../../docs');
const START = '<!-- cases:start -->';
const END = '<!-- cases:end -->';

const admits = (answer: boolean): string => (answer ? 'admits' : 'denies');

/** The answers as a table, the same in every run. */
export function caseTable(answers: readonly AnsweredCase[], differences: readonly KnownDifference[]): string {
  const notes = [...new Set(differences.map(({ why }) => why))];
  const rows = answers.map(({ asked, image, preview, cluster }) => {
    const known = knownIn(differences, asked);
    const note = known === undefined ? '' : `[${notes.indexOf(known.why) + 1}](#differences)`;
    return `| ${[asked.policy, asked.artifact, asked.workload, image, admits(preview), admits(cluster), note].join(' | ')} |`;
  });
  const agreed = answers.filter(({ preview, cluster }) => preview === cluster).length;
  return [
    START,
    `${answers.length} cases, ${agreed} with the same answer, ${answers.length - agreed} known differences.`,
    '',
    '| policy | image | where | verifyImage | preview | API server | |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Differences',
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    END,
  ].join('\n');
}

/** The table that stands in a page of docs/. With UPDATE_ADMISSION_CASES set, the page is written first. */
export function tableInPage(file: string, current: string): string {
  const whole = path.join(DOCS, file);
  const page = readFileSync(whole, 'utf8');
  const [start, end] = [page.indexOf(START), page.indexOf(END) + END.length];
  if (process.env['UPDATE_ADMISSION_CASES'] === undefined) return page.slice(start, end);
  writeFileSync(whole, page.slice(0, start) + current + page.slice(end));
  return current;
}
