import path from 'node:path';
import { directoryAccess } from '../files/ownDirectory';
import { placeFile } from '../files/placeFile';
import type { OwnPlace } from '../files/userDirectories';
import { keepInBounds } from './keepInBounds';
import { listSegments, newSegmentFile } from './listSegments';
import { MAX_ENTRY_BYTES, Segment, encodeSegment, entryKey } from './segment';
import type { EntryKind, SegmentMemory } from './segment';

/** Part of the path, so that versions of different form never meet. */
const FORMAT = 'v2';
/** Entries are written when they are that many bytes, so that a long run does not lose them all and memory stays bounded. */
const MAX_UNWRITTEN_BYTES = 16 * 1024 * 1024;

/** Of files that many entries are read from. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

/**
 * The entries of one cache directory, in segments of a run each. A segment appears complete or not at all, so that processes may share the
 * directory without locks; nothing that is read here is to be believed before it was checked. Faults of the file system mean "not cached":
 * the cache saves time and decides nothing.
 */
export class CacheFiles {
  /** `undefined` where there is no place for a cache. */
  readonly #place: OwnPlace | undefined;
  readonly #maxBytes: number;
  readonly #memory: SegmentMemory = { freeBytes: MAX_HELD_BYTES };
  #segments: readonly Segment[] | undefined;
  #unwritten = new Map<string, Uint8Array>();
  #unwrittenBytes = 0;
  #total = 0;
  #housekeeping: Promise<void> | undefined;
  #usable: boolean;
  /** Where others can write too, results count as little as their secret: not at all. */
  #believesResults = true;

  /**
   * @param directory made with the first write, mode 0700; `undefined` where there is no place for a cache
   * @param maxBytes of all entries together; the oldest go first
   * @param root the first directory on the way that is ours: no link is followed from there on
   */
  constructor(directory: string | undefined, maxBytes: number, root: string | undefined = directory) {
    this.#place = directory === undefined || root === undefined ? undefined : { root, path: path.join(directory, FORMAT) };
    this.#maxBytes = maxBytes;
    this.#usable = this.#place !== undefined;
  }

  read(kind: EntryKind, name: string): Uint8Array | undefined {
    const key = entryKey(kind, name);
    const unwritten = this.#unwritten.get(key);
    if (unwritten !== undefined) return unwritten;
    this.#segments ??= this.#openSegments();
    if (kind === 'results' && !this.#believesResults) return undefined;
    for (const segment of this.#segments) {
      const bytes = segment.read(key);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  }

  /** Keeps an entry, on disk from the next `flush` on. One that exists is replaced: it is being written because it was missing or broken. */
  write(kind: EntryKind, name: string, bytes: Uint8Array): void {
    // Without the second bound one run could fill the disk before anything is evicted.
    if (!this.#usable || bytes.length > MAX_ENTRY_BYTES || this.#total + bytes.length > this.#maxBytes) return;
    this.#unwritten.set(entryKey(kind, name), bytes);
    this.#total += bytes.length;
    this.#unwrittenBytes += bytes.length;
    this.#housekeeping ??= this.#keepInBounds().then((moved) => {
      if (!moved) return;
      this.#segments?.forEach((segment) => segment.close());
      this.#segments = undefined;
    });
    if (this.#unwrittenBytes > MAX_UNWRITTEN_BYTES) this.#writeSegment();
  }

  /** Writes what was not written yet. Synchronous: whoever has got the last verdict may end the process. */
  flush(): void {
    if (this.#unwritten.size > 0) this.#writeSegment();
    for (const segment of this.#segments ?? []) segment.close();
  }

  /** Newest first: where two have an entry, the newer one was written because that of the older one was broken. */
  #openSegments(): readonly Segment[] {
    const access = this.#place === undefined ? 'none' : directoryAccess(this.#place, false);
    this.#believesResults = access !== 'foreign';
    if (this.#place === undefined || access === 'none') return [];
    return listSegments(this.#place.path).flatMap(({ file }) => Segment.open(file, this.#memory) ?? []);
  }

  async #keepInBounds(): Promise<boolean> {
    if (this.#place === undefined || directoryAccess(this.#place, false) !== 'own') return false;
    return keepInBounds(this.#place.path, this.#maxBytes);
  }

  #writeSegment(): void {
    if (this.#place === undefined) return;
    const file = newSegmentFile(this.#place.path);
    const bytes = encodeSegment(this.#unwritten);
    this.#unwritten = new Map();
    this.#unwrittenBytes = 0;
    // A full or read-only disk will not get better within this run.
    this.#usable = directoryAccess(this.#place, true) === 'own' && placeFile(file, bytes, 'replace');
    // Where nothing was read yet, the next read finds this one with all others.
    const written = this.#usable && this.#segments ? Segment.open(file, this.#memory) : undefined;
    if (written !== undefined && this.#segments) this.#segments = [written, ...this.#segments];
  }

  /** Resolves when everything is written, and housekeeping, which runs beside verification once per run that writes, is done. */
  async settled(): Promise<void> {
    this.flush();
    await this.#housekeeping;
  }
}
