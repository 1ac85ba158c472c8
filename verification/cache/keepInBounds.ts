import { promises as files } from 'node:fs';
import path from 'node:path';
import { placeFile } from '../files/placeFile';
import { listSegments } from './listSegments';
import { mergeSmallSegments } from './mergeSmallSegments';

/** Not done each time, since most runs add little. */
const INTERVAL_MS = 60 * 60 * 1000;
/** Each run opens every segment: with more than that, it is time whatever the clock says. */
const MANY_SEGMENTS = 64;
/** Room for what is written until the next time. */
const FILL = 0.8;
/** A file that another process is still writing is younger. */
const STALE_SCRATCH_MS = 60 * 60 * 1000;
const SCRATCH_FILE = /^\.[0-9a-f-]{36}\.tmp$/;

/**
 * Removes the oldest segments until the cache is well below its bound, and what interrupted processes left; merges small segments; files
 * that are not ours stay. Two processes may do it at the same time: what one has removed, the other finds gone. Never rejects.
 *
 * @returns whether entries may now be elsewhere, or gone
 */
export async function keepInBounds(root: string, maxBytes: number, now = Date.now()): Promise<boolean> {
  try {
    const segments = listSegments(root);
    const due = await isDue(path.join(root, 'evicted'), now);
    if (!due && segments.length <= MANY_SEGMENTS) return false;
    await removeStaleScratch(root, now);
    let total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
    const bound = total > maxBytes ? maxBytes * FILL : maxBytes;
    for (const { file, bytes } of [...segments].reverse()) {
      if (total <= bound) break;
      await files.rm(file, { force: true });
      total -= bytes;
    }
    mergeSmallSegments(root);
    return true;
  } catch {
    // Somebody else removes at the same time, or may not be disturbed; the next run tries again.
    return true;
  }
}

async function isDue(marker: string, now: number): Promise<boolean> {
  const last = await files.lstat(marker).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (Math.abs(now - last) < INTERVAL_MS) return false;
  // Exchanged as a whole: writing through a link of that name would empty the file that it points to.
  placeFile(marker, new Uint8Array(), 'replace');
  await files.lutimes(marker, now / 1000, now / 1000);
  return true;
}

async function removeStaleScratch(root: string, now: number): Promise<void> {
  for (const name of (await files.readdir(root)).filter((each) => SCRATCH_FILE.test(each))) {
    const file = path.join(root, name);
    const status = await files.lstat(file).catch(() => undefined);
    if (status !== undefined && now - status.mtimeMs > STALE_SCRATCH_MS) await files.rm(file, { force: true });
  }
}
