import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const NAME = 'pulumi-model-supply-chain';

/** A file or directory of ours, and the first directory on the way to it that belongs to us alone. */
export interface OwnPlace {
  readonly root: string;
  readonly path: string;
}

/**
 * Where the cache of verifications goes: in the user's cache directory (`XDG_CACHE_HOME`, `~/.cache`), by the convention of the system.
 *
 * @returns `undefined` without a home: there is no cache then
 */
export const verificationCachePlace = (): OwnPlace | undefined => inside(cacheHome(), 'verification');

/** Where TUF metadata is kept between runs; `undefined` without a home. */
export const tufCachePlace = (): OwnPlace | undefined => inside(cacheHome(), 'tuf');

/**
 * Where the secret goes that vouches for cached results. Not into the cache directory: a cache that someone else filled (restored in CI,
 * copied, shared) would bring its own secret along, and with it any verdict.
 */
export function cacheSecretPlace(): OwnPlace | undefined {
  if (process.platform === 'win32') return inside(cacheHome(), 'cache-secret');
  if (process.platform === 'darwin') return inside(under(home(), 'Library', 'Application Support'), 'cache-secret');
  return inside(xdg('XDG_STATE_HOME') ?? under(home(), '.local', 'state'), 'cache-secret');
}

function cacheHome(): string | undefined {
  if (process.platform === 'win32') return absolute(process.env['LOCALAPPDATA']) ?? under(home(), 'AppData', 'Local');
  if (process.platform === 'darwin') return under(home(), 'Library', 'Caches');
  return xdg('XDG_CACHE_HOME') ?? under(home(), '.cache');
}

const inside = (base: string | undefined, ...names: readonly string[]): OwnPlace | undefined =>
  base === undefined ? undefined : { root: path.join(base, NAME), path: path.join(base, NAME, ...names) };

const under = (base: string | undefined, ...names: readonly string[]): string | undefined =>
  base === undefined ? undefined : path.join(base, ...names);

/** The specification asks to ignore relative paths: they would put a trust anchor into whatever directory we run in. */
const xdg = (variable: string): string | undefined => absolute(process.env[variable]);

const absolute = (directory: string | undefined): string | undefined =>
  directory !== undefined && path.isAbsolute(directory) ? directory : undefined;

/**
 * The home of the user as `HOME` names it, if it is a directory. Not the one of the password file: whoever clears `HOME`, or runs under a user
 * id without an entry there (OpenShift, `docker run --user`), gets nothing written behind his back. Node would also take an empty `HOME` for
 * the working directory.
 */
function home(): string | undefined {
  const directory = process.platform === 'win32' ? homeOfProfile() : process.env['HOME'];
  return isDirectory(absolute(directory)) ? directory : undefined;
}

function homeOfProfile(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

function isDirectory(directory: string | undefined): boolean {
  try {
    return directory !== undefined && statSync(directory).isDirectory();
  } catch {
    return false;
  }
}
