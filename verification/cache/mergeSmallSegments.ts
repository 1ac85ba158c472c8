import { rmSync, utimesSync } from 'node:fs';
import { listSegments, newSegmentFile } from './listSegments';
import { placeFile } from '../files/placeFile';
import { Segment, encodeSegment } from './segment';

const SMALL_BYTES = 4 * 1024 * 1024;
/** So many small segments are not worth merging. */
const FEW = 8;
const MERGED_BYTES = 32 * 1024 * 1024;

/**
 * Makes one segment of the oldest small ones: a run that verifies one image leaves a small one, and every later run opens them all. The new
 * one is in its place before the old ones go, and as old as the youngest of them.
 */
export function mergeSmallSegments(directory: string): void {
  const small = listSegments(directory).filter(({ bytes }) => bytes <= SMALL_BYTES);
  if (small.length <= FEW) return;
  const merged: (typeof small)[number][] = [];
  const entries = new Map<string, Uint8Array>();
  let total = 0;
  for (const each of [...small].reverse()) {
    total += each.bytes;
    if (total > MERGED_BYTES) break;
    merged.push(each);
    const segment = Segment.open(each.file);
    // Later ones replace earlier ones: an entry that is there twice was broken in the older.
    for (const key of segment?.keys ?? []) {
      const bytes = segment?.read(key);
      if (bytes !== undefined) entries.set(key, bytes);
    }
    segment?.close();
  }
  const youngest = merged.at(-1);
  const file = newSegmentFile(directory);
  if (youngest === undefined || !placeFile(file, encodeSegment(entries), 'replace')) return;
  utimesSync(file, youngest.modified / 1000, youngest.modified / 1000);
  for (const each of merged) rmSync(each.file, { force: true });
}
