import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What decides whether a signature verifies: our code beside this folder, and the libraries under it. */
const CODE = path.join(__dirname, '..', 'sigstore');
const LIBRARIES = ['@sigstore/verify', '@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs'];
/** Beside the entry, see `tools/bundle.ts`. */
const PARTS = 'parts';
const SOURCE_FILE = /\.[jt]s$/;

/**
 * Identifies the code that verifies signatures. A hash of the code and not a number that somebody has to remember to raise: after the fix of
 * a hole, nothing that got through it may come back from a cache.
 *
 * @returns hexadecimal; `undefined` where the files are not on disk as published
 */
export function verifierVersion(): string | undefined {
  try {
    const hash = createHash('sha256').update(process.version);
    for (const file of isBundled() ? bundledFiles() : [...filesOf(CODE), ...LIBRARIES.map(manifestOf)]) {
      hash.update(`\0${path.basename(file)}\0`).update(readFileSync(file));
    }
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/** The published package is one entry and a folder of parts, libraries included. */
function isBundled(): boolean {
  return path.parse(__filename).name !== 'verifierVersion';
}

/** All of them: what is loaded later is what verifies, and somebody may have mended it in its place. */
function bundledFiles(): readonly string[] {
  const directory = path.dirname(__filename);
  const entry = path.basename(directory) === PARTS ? path.dirname(directory) : directory;
  return [path.join(entry, 'index.js'), ...filesOf(path.join(entry, PARTS))];
}

function filesOf(directory: string): readonly string[] {
  return readdirSync(directory)
    .sort()
    .filter((name) => SOURCE_FILE.test(name))
    .map((name) => path.join(directory, name));
}

/** Not every library lets its package.json be resolved by name; all keep their entry in `dist/`. */
function manifestOf(library: string): string {
  return path.join(path.dirname(require.resolve(library)), '..', 'package.json');
}
