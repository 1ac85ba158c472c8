import { homedir } from 'node:os';
import path from 'node:path';
import { tufCacheDirectory } from '../tufCacheDirectory';

/** Where the cache of verifications goes: beside that of TUF metadata, in the user's cache directory (`XDG_CACHE_HOME`, `~/.cache`). */
export const defaultCacheDirectory = (): string => path.join(path.dirname(tufCacheDirectory()), 'verification');

/**
 * Where the secret goes that vouches for cached results. Not into the cache directory: a cache that somebody else filled (restored in CI,
 * copied, shared) would bring its own secret along, and with it any verdict.
 */
export function defaultSecretFile(): string {
  const name = 'pulumi-model-supply-chain';
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', name, 'cache-secret');
  if (process.platform === 'win32') return path.join(path.dirname(tufCacheDirectory()), 'cache-secret');
  // The specification asks to ignore relative paths: they would put the secret into whatever directory we run in.
  const { XDG_STATE_HOME } = process.env;
  const base = XDG_STATE_HOME?.startsWith('/') ? XDG_STATE_HOME : path.join(homedir(), '.local', 'state');
  return path.join(base, name, 'cache-secret');
}
