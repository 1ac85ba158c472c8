import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readmeWithTable } from '../../../tools/docs';
import { FINDING_CODES } from '../../../verification/describeFinding';

const directory = path.join(__dirname, '..', '..', '..', 'docs', 'findings');

describe('the pages of the findings', () => {
  it('exist for every code, and for no other', () => {
    const pages = readdirSync(directory).filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(FINDING_CODES.map((code) => `${code}.md`).sort());
  });

  it.each(FINDING_CODES)('say outcome, cause and fix: %s', (code) => {
    const page = readFileSync(path.join(directory, `${code}.md`), 'utf8');
    expect(page.startsWith(`# ${code}\n`)).toBe(true);
    expect(page).toContain('**Outcome:**');
    expect(page).toMatch(/## Cause\n\n- /);
    expect(page).toMatch(/## Fix\n\n- /);
  });

  it('are what the troubleshooting table of the README says: else run `npm run docs`', () => {
    const readme = readFileSync(path.join(directory, '..', '..', 'README.md'), 'utf8');
    expect(readmeWithTable(readme)).toBe(readme);
  });
});
