import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AnsweredCase } from './caseTable';
import { CONTROLLER_DIFFERENCES, controllerDifference } from './controllerDifferences';

const PAGE = path.join(__dirname, '../../../docs/policy-controller.md');
const START = '<!-- cases:start -->';
const END = '<!-- cases:end -->';

const admits = (answer: boolean): string => (answer ? 'admits' : 'denies');

/** The answers as a table, the same in every run. */
export function controllerTable(answers: readonly AnsweredCase[]): string {
  const rows = answers.map(({ asked, preview, cluster }) => {
    const known = preview === cluster ? undefined : controllerDifference(asked);
    const note = known === undefined ? '' : `[${CONTROLLER_DIFFERENCES.indexOf(known) + 1}](#differences)`;
    return `| ${[asked.policy, asked.artifact, asked.workload, admits(preview), admits(cluster), note].join(' | ')} |`;
  });
  const agreed = answers.filter(({ preview, cluster }) => preview === cluster).length;
  return [
    START,
    `${answers.length} cases, ${agreed} with the same answer, ${answers.length - agreed} known differences.`,
    '',
    '| policy | image | where | preview | policy-controller | |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Differences',
    '',
    ...CONTROLLER_DIFFERENCES.map(({ why }, index) => `${index + 1}. ${why}`),
    END,
  ].join('\n');
}

/** The table that stands in the page. With UPDATE_ADMISSION_CASES set, the page is written first. */
export function controllerTableInPage(current: string): string {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = [page.indexOf(START), page.indexOf(END) + END.length];
  if (process.env['UPDATE_ADMISSION_CASES'] === undefined) return page.slice(start, end);
  writeFileSync(PAGE, page.slice(0, start) + current + page.slice(end));
  return current;
}
