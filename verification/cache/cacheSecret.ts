import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { directoryAccess } from '../files/ownDirectory';
import { placeFile } from '../files/placeFile';
import { readRegularFile } from '../files/readRegularFile';

const SECRET_BYTES = 32;
const FOR_OTHERS = 0o077;

/**
 * The secret that vouches for cached results, made on first use (32 random bytes, mode 0600).
 *
 * @returns `undefined` when there is none that only this user can read; results are then not cached
 */
export function loadCacheSecret(file: string, root: string = path.dirname(file)): Buffer | undefined {
  const directory = { root, path: path.dirname(file) };
  if (directoryAccess(directory, false) === 'own') {
    const secret = readSecret(file);
    if (secret !== undefined) return secret;
  }
  return directoryAccess(directory, true) === 'own' ? createSecret(file) : undefined;
}

function readSecret(file: string): Buffer | undefined {
  const secret = readRegularFile(file, SECRET_BYTES, isPrivate);
  return secret?.length === SECRET_BYTES ? secret : undefined;
}

/** A secret that others could read or exchange vouches for nothing. Windows has no such modes; the profile directory is private there. */
function isPrivate({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & FOR_OTHERS) === 0);
}

function createSecret(file: string): Buffer | undefined {
  // Two processes that start together end up with one secret: whoever comes second reads that of the first.
  placeFile(file, randomBytes(SECRET_BYTES), 'keep');
  return readSecret(file);
}
