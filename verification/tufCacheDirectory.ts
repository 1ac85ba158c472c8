import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE_NAME = 'pulumi-model-supply-chain';

/** The user's cache directory by the convention of the operating system, and in it a directory of ours for TUF metadata. */
export function tufCacheDirectory(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', CACHE_NAME, 'tuf');
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), CACHE_NAME, 'tuf');
  // The specification asks to ignore relative paths: they would put a trust anchor into whatever directory we run in.
  const base = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(base, CACHE_NAME, 'tuf');
}
