import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What decides whether a signature verifies: our code beside this folder, and the libraries under it. */
const CODE = path.join(__dirname, '..', 'sigstore');
const LIBRARIES = ['@sigstore/verify', '@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs'];
const SOURCE_FILE = /\.[jt]s$/;

/**
 * Identifies the code that verifies signatures. A hash of the code and not a number that somebody has to remember to raise: after the fix of
 * a hole, nothing that got through it may come back from a cache.
 *
 * @returns hexadecimal; `undefined` where the files are not on disk as published (in a bundle, say)
 */
export function verifierVersion(): string | undefined {
  try {
    const hash = createHash('sha256').update(process.version);
    for (const name of readdirSync(CODE).sort()) {
      if (SOURCE_FILE.test(name)) hash.update(`\0${name}\0`).update(readFileSync(path.join(CODE, name)));
    }
    for (const library of LIBRARIES) hash.update(readFileSync(manifestOf(library)));
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/** Not every library lets its package.json be resolved by name; all keep their entry in `dist/`. */
function manifestOf(library: string): string {
  return path.join(path.dirname(require.resolve(library)), '..', 'package.json');
}
