/** A version of a scanner, as far as it can be compared: `v0.58.1-rc.1` is 0, 58, 1 and a pre-release. */
export interface ScannerVersion {
  readonly numbers: readonly [number, number, number];
  readonly isPrerelease: boolean;
}

/** Two to three numbers, as semantic versions; nine digits stay exact as numbers. */
const VERSION = /^v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(-[0-9A-Za-z.-]{1,64})?(?:\+[0-9A-Za-z.-]{1,64})?$/;

/** Reads a version; `undefined` for a text that has no order (`dev`, a commit). */
export function parseScannerVersion(text: string): ScannerVersion | undefined {
  const parts = VERSION.exec(text);
  if (parts === null) return undefined;
  const [, major = '', minor = '', patch = '0', prerelease] = parts;
  return { numbers: [Number(major), Number(minor), Number(patch)], isPrerelease: prerelease !== undefined };
}

/** Whether a version is the minimum or later; a pre-release comes before its release. https://semver.org/#spec-item-11 */
export function isAtLeast(version: ScannerVersion, minimum: ScannerVersion): boolean {
  for (const [index, number] of version.numbers.entries()) {
    const floor = minimum.numbers[index] ?? 0;
    if (number !== floor) return number > floor;
  }
  return !version.isPrerelease || minimum.isPrerelease;
}
