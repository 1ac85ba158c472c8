import { homedir } from 'node:os';
import path from 'node:path';

/** Where built tools live between runs and clones: `$XDG_CACHE_HOME` or `~/.cache`, in a folder of our own. */
export function cacheDirectory(...segments: string[]): string {
  // The XDG specification: an empty or relative value counts as not set.
  const configured = process.env['XDG_CACHE_HOME'] ?? '';
  const base = path.isAbsolute(configured) ? configured : path.join(homedir(), '.cache');
  return path.join(base, 'pulumi-model-supply-chain', ...segments);
}
