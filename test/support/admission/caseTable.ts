import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Verdict } from '../../../verification';
import type { AdmissionCase } from './cases';
import { knownIn } from './differences';
import type { KnownDifference, Pair } from './differences';

/** What everybody said about one case. */
export interface AnsweredCase {
  readonly asked: AdmissionCase;
  /** `verifyImage` about the image that the case is about. */
  readonly image: Pick<Verdict, 'outcome'> & { readonly enforcement?: string };
  readonly preview: boolean;
  /** `kyverno apply` with the rendered policies; absent where it was not asked. */
  readonly cli?: boolean;
  readonly cluster: boolean;
  /** Denial of the API server. */
  readonly message: string;
}

/** What follows from the answer of `verifyImage` alone: an exception, or a policy that warns, lets an image run that it rejects. */
export const letsRun = ({ outcome, enforcement }: AnsweredCase['image']): boolean => outcome === 'verified' || enforcement !== 'enforce';

const ANSWERS: Readonly<Record<Pair, readonly [(answer: AnsweredCase) => boolean, (answer: AnsweredCase) => boolean]>> = {
  'verifyImage and preview': [({ image }) => letsRun(image), ({ preview }) => preview],
  'preview and API server': [({ preview }) => preview, ({ cluster }) => cluster],
  'Kyverno CLI and API server': [({ cli }) => cli === true, ({ cluster }) => cluster],
};

export const PAIRS = Object.keys(ANSWERS) as readonly Pair[];

/** The cases about which two say different things, with what the second says. */
export function differing(answers: readonly AnsweredCase[], pair: Pair): readonly (AnsweredCase & { readonly second: boolean })[] {
  const [first, second] = ANSWERS[pair];
  return answers.filter((answer) => first(answer) !== second(answer)).map((answer) => ({ ...answer, second: second(answer) }));
}

const DOCS = path.join(__dirname, '../../../docs');
/** Around a table in a page. */
export const START = '<!-- cases:start -->';
export const END = '<!-- cases:end -->';

export const admits = (answer: boolean): string => (answer ? 'admits' : 'denies');

const judged = (image: AnsweredCase['image']): string =>
  image.outcome === 'verified' || !letsRun(image) ? image.outcome : `${image.outcome}, may run`;

/** The answers as a table, the same in every run. */
export function caseTable(
  answers: readonly AnsweredCase[],
  differences: readonly KnownDifference[],
  pairs: readonly Pair[] = PAIRS,
): string {
  const notes = [...new Set(differences.map(({ why }) => why))];
  const withCli = pairs.includes('Kyverno CLI and API server');
  const rows = answers.map(({ asked, image, preview, cli, cluster }) => {
    const known = [...new Set(knownIn(differences, asked).map(({ why }) => `[${notes.indexOf(why) + 1}](#differences)`))].join(' ');
    const said = [judged(image), admits(preview), ...(withCli ? [admits(cli === true)] : []), admits(cluster)];
    return `| ${[asked.policy, asked.artifact, asked.workload, ...said, known].join(' | ')} |`;
  });
  const counted = pairs.map((pair) => `${pair} in ${answers.length - differing(answers, pair).length}`);
  const columns = ['policy', 'image', 'where', 'verifyImage', 'preview', ...(withCli ? ['Kyverno CLI'] : []), 'API server', ''];
  return [
    START,
    `${answers.length} cases. The same answer by ${new Intl.ListFormat('en').format(counted)}.`,
    '',
    `| ${columns.join(' | ')} |`.replace('|  |', '| |'),
    `|${'---|'.repeat(columns.length)}`,
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
