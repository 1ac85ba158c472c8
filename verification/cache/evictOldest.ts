import { lstat, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Looking at every entry takes longer than a warm run, so that it is not done each time. */
const INTERVAL_MS = 60 * 60 * 1000;
/** Room for what is written until the next time. */
const FILL = 0.8;
/** A file that another process is still writing is younger. */
const STALE_SCRATCH_MS = 60 * 60 * 1000;
const OUR_FILE = /^([0-9a-f]{64}|\.[0-9a-f-]{36}\.tmp)$/;

interface Entry {
  readonly file: string;
  readonly bytes: number;
  readonly modified: number;
}

/**
 * Removes the oldest entries until the cache is well below its bound, and what interrupted processes left; files that are not ours stay.
 * Two processes may do it at the same time: what one has removed, the other finds gone. Never rejects.
 */
export async function evictOldest(root: string, maxBytes: number, now = Date.now()): Promise<void> {
  try {
    if (!(await isDue(path.join(root, 'evicted'), now))) return;
    const entries = await listEntries(root);
    const isScratch = ({ file }: Entry) => path.basename(file).startsWith('.');
    for (const entry of entries.filter(isScratch)) {
      if (now - entry.modified > STALE_SCRATCH_MS) await rm(entry.file, { force: true });
    }
    const kept = entries.filter((entry) => !isScratch(entry)).sort((a, b) => a.modified - b.modified);
    let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= maxBytes) return;
    for (const { file, bytes } of kept) {
      if (total <= maxBytes * FILL) return;
      await rm(file, { force: true });
      total -= bytes;
    }
  } catch {
    // Somebody else removes at the same time, or may not be disturbed; the next run tries again.
  }
}

async function isDue(marker: string, now: number): Promise<boolean> {
  const last = await stat(marker).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (Math.abs(now - last) < INTERVAL_MS) return false;
  await writeFile(marker, '', { mode: 0o600 });
  await utimes(marker, now / 1000, now / 1000);
  return true;
}

async function listEntries(root: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const { parentPath, name } of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!OUR_FILE.test(name)) continue;
    const file = path.join(parentPath, name);
    const status = await lstat(file).catch(() => undefined);
    if (status?.isFile()) entries.push({ file, bytes: status.size, modified: status.mtimeMs });
  }
  return entries;
}
