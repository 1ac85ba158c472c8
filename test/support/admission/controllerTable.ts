import { END, START, admits } from './caseTable';
import type { AnsweredCase } from './caseTable';
import { CONTROLLER_DIFFERENCES, controllerDifference } from './controllerDifferences';

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
