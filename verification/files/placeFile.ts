import { randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Puts a file in its place complete or not at all, mode 0600. The directory must exist.
 *
 * @param existing what becomes of a file that has that name: `replace` it, or `keep` it, so that of two processes the first one wins
 * @returns whether this file is now in its place
 */
export function placeFile(file: string, bytes: Uint8Array, existing: 'replace' | 'keep'): boolean {
  const scratch = path.join(path.dirname(file), `.${randomUUID()}.tmp`);
  try {
    writeFileSync(scratch, bytes, { mode: 0o600, flag: 'wx' });
    if (existing === 'replace') {
      renameSync(scratch, file);
      return true;
    }
    linkSync(scratch, file);
    rmSync(scratch);
    return true;
  } catch {
    discard(scratch);
    return false;
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It was never made, or cannot be reached any more; eviction removes what is left.
  }
}
