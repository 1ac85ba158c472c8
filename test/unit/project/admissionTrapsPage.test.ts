import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');
const read = (...parts: string[]): string => readFileSync(path.join(root, ...parts), 'utf8');
const page = read('docs', 'admission-traps.md');
const cases = read('docs', 'admission-cases.md');

/** Rows of the table under a heading, each as its cells. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return table
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) =>
      line
        .replace(/^\| | \|$/g, '')
        .split(/ (?<!\\)\| /)
        .map((cell) => cell.replaceAll('\\|', '|')),
    );
}

/** What a cell names: a file of test/cluster or test/unit, and names of tests in it between quotation marks. */
function citationsIn(cell: string): readonly { readonly file: string; readonly names: readonly string[] }[] {
  return [...cell.matchAll(/`([\w/]+\.test\.ts)`((?:[^`"]*"[^"]+")+)/g)].map(([, file = '', names = '']) => ({
    file,
    names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  }));
}

const SECTIONS = [
  ['Traps of Kyverno', 19],
  ['Attacks', 17],
] as const;

describe.each(SECTIONS)('%s', (heading, count) => {
  const rows = rowsUnder(heading);

  it(`has a row for each of the ${count}, in order`, () => {
    expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  it.each(rows.map((row) => [row[0], row.at(-1) ?? ''] as const))(
    '%s names tests that exist, or says why there is none',
    (_number, cell) => {
      const citations = citationsIn(cell);
      if (citations.length === 0) expect(cell).toMatch(/^No test: \S.{20,}\.$/);
      for (const { file, names } of citations) {
        const place = ['cluster', 'unit']
          .map((kind) => path.join('test', kind, file))
          .find((candidate) => existsSync(path.join(root, candidate)));
        expect(place).toBeDefined();
        // The cases of the comparison with the preview are in their table, and a test keeps that as it is.
        const told = file === 'equivalence.test.ts' ? cases : read(place ?? '');
        for (const name of names) expect({ file, told: told.includes(name) }).toEqual({ file, told: true });
      }
    },
  );
});

it('would notice a test that is not there', () => {
  expect(citationsIn('`a.test.ts`: "one", "two"; `b/c.test.ts`: "three"')).toEqual([
    { file: 'a.test.ts', names: ['one', 'two'] },
    { file: 'b/c.test.ts', names: ['three'] },
  ]);
  expect(rowsUnder('Attacks').every((row) => row.length === rowsUnder('Attacks')[0]?.length)).toBe(true);
});
