import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Verdict } from '../../../verification';
import type { AdmissionCase } from './cases';
import { KNOWN_DIFFERENCES, knownDifferences } from './differences';
import type { Pair } from './differences';

/** What everybody said about one case. */
export interface AnsweredCase {
  readonly asked: AdmissionCase;
  /** `verifyImage` about the image that the case is about. */
  readonly image: Pick<Verdict, 'outcome'> & { readonly enforcement?: string };
  readonly preview: boolean;
  /** `kyverno apply` with the rendered policies. */
  readonly cli: boolean;
  readonly cluster: boolean;
  /** Denial of the API server. */
  readonly message: string;
}

/** What follows from the answer of `verifyImage` alone: an exception, or a policy that warns, lets an image run that it rejects. */
export const letsRun = ({ outcome, enforcement }: AnsweredCase['image']): boolean => outcome === 'verified' || enforcement !== 'enforce';

const ANSWERS: Readonly<Record<Pair, readonly [(answer: AnsweredCase) => boolean, (answer: AnsweredCase) => boolean]>> = {
  'verifyImage and preview': [({ image }) => letsRun(image), ({ preview }) => preview],
  'preview and API server': [({ preview }) => preview, ({ cluster }) => cluster],
  'Kyverno CLI and API server': [({ cli }) => cli, ({ cluster }) => cluster],
};

export const PAIRS = Object.keys(ANSWERS) as readonly Pair[];

/** The cases about which two say different things, with what the second says. */
export function differing(answers: readonly AnsweredCase[], pair: Pair): readonly (AnsweredCase & { readonly second: boolean })[] {
  const [first, second] = ANSWERS[pair];
  return answers.filter((answer) => first(answer) !== second(answer)).map((answer) => ({ ...answer, second: second(answer) }));
}

const PAGE = path.join(__dirname, '../../../docs/admission-cases.md');
const START = '<!-- cases:start -->';
const END = '<!-- cases:end -->';

const admits = (answer: boolean): string => (answer ? 'admits' : 'denies');

const judged = (image: AnsweredCase['image']): string =>
  image.outcome === 'verified' || !letsRun(image) ? image.outcome : `${image.outcome}, may run`;

/** The answers as a table, the same in every run. */
export function caseTable(answers: readonly AnsweredCase[]): string {
  const notes = [...new Set(KNOWN_DIFFERENCES.map(({ why }) => why))];
  const rows = answers.map(({ asked, image, preview, cli, cluster }) => {
    const known = [...new Set(knownDifferences(asked).map(({ why }) => `[${notes.indexOf(why) + 1}](#differences)`))].join(' ');
    return `| ${[asked.policy, asked.artifact, asked.workload, judged(image), admits(preview), admits(cli), admits(cluster), known].join(' | ')} |`;
  });
  const counted = PAIRS.map((pair) => `${pair} in ${answers.length - differing(answers, pair).length}`);
  return [
    START,
    `${answers.length} cases. The same answer by ${counted.slice(0, -1).join(', ')}, and ${counted.at(-1) ?? ''}.`,
    '',
    '| policy | image | where | verifyImage | preview | Kyverno CLI | API server | |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Differences',
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    END,
  ].join('\n');
}

/** The table that stands in the page. With UPDATE_ADMISSION_CASES set, the page is written first. */
export function tableInPage(current: string): string {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = [page.indexOf(START), page.indexOf(END) + END.length];
  if (process.env['UPDATE_ADMISSION_CASES'] === undefined) return page.slice(start, end);
  writeFileSync(PAGE, page.slice(0, start) + current + page.slice(end));
  return current;
}
