import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pageWithTables } from '../../../tools/hardeningTables';

const page = readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'pod-hardening.md'), 'utf8');

describe('the page about hardening', () => {
  it('has the tables of the code: else run `npm run docs`', () => {
    expect(pageWithTables(page)).toBe(page);
  });
});
