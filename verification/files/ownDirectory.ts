import { lstatSync, mkdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import path from 'node:path';
import type { OwnPlace } from './userDirectories';

/**
 * What may be done in a directory:
 * - `own`: read and write;
 * - `foreign`: another user owns it or can write to it, so whatever lies there is believed by its hash only, and nothing is written;
 * - `none`: it is not there, or a link leads out of the place that is ours.
 */
export type DirectoryAccess = 'own' | 'foreign' | 'none';

/**
 * Looks at every directory from `root` down. A symbolic link on the way would let whoever set it choose the files that we empty, overwrite and
 * make; a directory that others can write to, and one above it that lets others exchange it, does the same a moment later.
 *
 * @param make whether missing directories are made, mode 0700
 */
export function directoryAccess({ root, path: directory }: OwnPlace, make: boolean): DirectoryAccess {
  try {
    const names = path
      .relative(root, directory)
      .split(path.sep)
      .filter((name) => name !== '');
    const levels = [root, ...names.map((_, index) => path.join(root, ...names.slice(0, index + 1)))];
    if (make) mkdirSync(path.dirname(root), { recursive: true, mode: 0o700 });
    let access: DirectoryAccess = isSafeAbove(path.dirname(root)) ? 'own' : 'foreign';
    for (const level of levels) {
      if (make && access === 'own') mkdirSync(level, { recursive: true, mode: 0o700 });
      const status = lstatSync(level);
      if (!status.isDirectory()) return 'none';
      if (!isOurs(status)) access = 'foreign';
    }
    return access;
  } catch {
    return 'none';
  }
}

/** Windows has neither owners nor modes here; the profile directory is private there. */
const uid = process.getuid?.();

const isOurs = (status: Stats): boolean => uid === undefined || (status.uid === uid && !othersCanWrite(status));

/** A group of one's own is common (umask 002); any other group is others. */
const othersCanWrite = ({ mode, gid }: Stats): boolean => (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== process.getgid?.());

const STICKY = 0o1000;

/** Nobody else can exchange what is below: as sshd checks the way to its keys. Links above our place are the user's own arrangement. */
function isSafeAbove(directory: string): boolean {
  if (uid === undefined) return true;
  const status = statSync(directory);
  const safe = (status.uid === uid || status.uid === 0) && (!othersCanWrite(status) || (status.mode & STICKY) !== 0);
  const parent = path.dirname(directory);
  return safe && (parent === directory || isSafeAbove(parent));
}
