import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pageWithTables } from './hardeningTables';

const root = path.join(__dirname, '..');
const START = '<!-- findings:start -->';
const END = '<!-- findings:end -->';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The troubleshooting table of the README, from the pages of the findings: code, what it means, the first fix. */
export function troubleshootingTable(): string {
  const directory = path.join(root, 'docs', 'findings');
  const rows = readdirSync(directory)
    .sort()
    .map((file) => {
      const page = readFileSync(path.join(directory, file), 'utf8');
      const code = file.replace(/\.md$/, '');
      const [, meaning = ''] = /^# .*\n\n(.*)\n/.exec(page) ?? [];
      const [, fix = ''] = /## Fix\n\n- (.*)/.exec(page) ?? [];
      return `| [\`${code}\`](docs/findings/${file}) | ${cell(meaning)} | ${cell(fix.replaceAll('](../', '](docs/'))} |`;
    });
  return ['| finding | what it means | what to do |', '|---|---|---|', ...rows].join('\n');
}

/** The README with a fresh table. */
export function readmeWithTable(readme: string): string {
  const [before, after] = [readme.indexOf(START), readme.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`README.md has no ${START} ... ${END}`);
  return `${readme.slice(0, before)}${START}\n${troubleshootingTable()}\n${readme.slice(after)}`;
}

if (require.main === module) {
  const file = path.join(root, 'README.md');
  writeFileSync(file, readmeWithTable(readFileSync(file, 'utf8')));
  const hardening = path.join(root, 'docs', 'pod-hardening.md');
  writeFileSync(hardening, pageWithTables(readFileSync(hardening, 'utf8')));
}
