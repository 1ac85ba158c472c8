import { readFileSync } from 'node:fs';

/** Before 4.1.3 the library took a checkpoint's signer name for a pattern, counted repeated entries, and did not bind a checkpoint to its log. */
const FLOOR = [4, 1, 3] as const;

function isAtLeast(version: string, floor: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const index = floor.findIndex((part, i) => parts[i] !== part);
  return index < 0 || parts[index]! > floor[index]!;
}

describe('when @sigstore/verify is installed', () => {
  it('is at least the version whose fixes our verification relies on', () => {
    const manifest = require.resolve('@sigstore/verify').replace(/dist[\\/]index\.js$/, 'package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    expect({ version, isAtLeast: isAtLeast(version, FLOOR) }).toEqual({ version, isAtLeast: true });
  });

  it.each([
    ['4.1.2', false],
    ['3.9.9', false],
    ['4.1.3', true],
    ['4.2.0', true],
    ['5.0.0', true],
  ])('judges %s as %s', (version, expected) => {
    expect(isAtLeast(version, FLOOR)).toBe(expected);
  });
});
