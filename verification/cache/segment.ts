import { closeSync } from 'node:fs';
import { openRegularFile, readRange } from '../files/readRegularFile';
import type { OpenFile } from '../files/readRegularFile';

/** `content`: bytes as a registry served them. `results`: verified signatures. */
export type EntryKind = 'content' | 'results';

/** SHA-256 in hexadecimal of whatever identifies the entry. */
const ENTRY_NAME = /^[0-9a-f]{64}$/;
const KIND_BYTES: Readonly<Record<EntryKind, string>> = { content: '63', results: '72' };

/** A larger entry is fetched again: it would push out thousands of others. */
export const MAX_ENTRY_BYTES = 16 * 1024 * 1024;
/** A larger file is none of ours. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;

/** From that many entries on, a file is read as a whole: one look at the disk costs as much as checking what it gave. */
const MANY_ENTRIES = 32;

const MAGIC = Buffer.from('model-supply-chain cache 2\n');
const COUNT_BYTES = 4;
const HEADER_BYTES = MAGIC.length + COUNT_BYTES;
/** Kind and name, then where the entry starts (from the start of the file) and its length. */
const KEY_BYTES = 33;
const OFFSET_BYTES = 6;
const RECORD_BYTES = KEY_BYTES + OFFSET_BYTES + 4;

/** Kind and name of an entry as hexadecimal, in the order of the index. */
export function entryKey(kind: EntryKind, name: string): string {
  if (!ENTRY_NAME.test(name)) throw new Error(`${name} is no name of a cache entry`);
  return `${KIND_BYTES[kind]}${name}`;
}

/**
 * Writes entries as one segment: what a run adds to the cache, in one file, since making a file costs a hundred times as much as its
 * kilobytes. Magic, number of entries, their index sorted by key, their bytes.
 *
 * @param entries by `entryKey`
 */
export function encodeSegment(entries: ReadonlyMap<string, Uint8Array>): Buffer {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const index = Buffer.alloc(COUNT_BYTES + sorted.length * RECORD_BYTES);
  index.writeUInt32BE(sorted.length);
  let offset = MAGIC.length + index.length;
  for (const [position, [key, bytes]] of sorted.entries()) {
    const at = COUNT_BYTES + position * RECORD_BYTES;
    index.write(key, at, 'hex');
    index.writeUIntBE(offset, at + KEY_BYTES, OFFSET_BYTES);
    index.writeUInt32BE(bytes.length, at + KEY_BYTES + OFFSET_BYTES);
    offset += bytes.length;
  }
  return Buffer.concat([MAGIC, index, ...sorted.map(([, bytes]) => bytes)]);
}

/** Bytes that segments may hold in memory, all of them together. */
export interface SegmentMemory {
  freeBytes: number;
}

/**
 * A segment on disk: its index in memory, entries read when asked for. Nothing in it is believed: whoever asks for an entry checks it by
 * its hash or its MAC, and an index that lies leads to bytes that fail there.
 */
export class Segment {
  readonly #file: string;
  readonly #index: Buffer;
  readonly #memory: SegmentMemory;
  #opened: OpenFile | undefined;
  #whole: { readonly bytes: Buffer; readonly records: ReadonlyMap<string, number> } | undefined;
  #reads = 0;

  private constructor(file: string, index: Buffer, opened: OpenFile, memory: SegmentMemory) {
    this.#file = file;
    this.#index = index;
    this.#opened = opened;
    this.#memory = memory;
  }

  /**
   * `undefined` when the file is not there, no segment, or cut off within its index. To be closed.
   *
   * @param memory what may be held of this file and others; default: nothing
   */
  static open(file: string, memory: SegmentMemory = { freeBytes: 0 }): Segment | undefined {
    const opened = openRegularFile(file);
    if (opened === undefined) return undefined;
    const index = readIndex(opened);
    if (index === undefined) closeSync(opened.descriptor);
    return index && new Segment(file, index, opened, memory);
  }

  /** Holds neither file nor memory from here on, until it is read again. */
  close(): void {
    this.#memory.freeBytes += this.#whole?.bytes.length ?? 0;
    this.#whole = undefined;
    this.#reads = 0;
    if (this.#opened !== undefined) closeSync(this.#opened.descriptor);
    this.#opened = undefined;
  }

  get keys(): readonly string[] {
    return Array.from({ length: this.#index.length / RECORD_BYTES }, (_, position) =>
      this.#index.toString('hex', position * RECORD_BYTES, position * RECORD_BYTES + KEY_BYTES),
    );
  }

  /** The bytes under that key, whatever they are; `undefined` when there are none. */
  read(key: string): Buffer | undefined {
    const record = this.#whole === undefined ? this.#find(Buffer.from(key, 'hex')) : this.#whole.records.get(key);
    if (record === undefined) return undefined;
    const offset = this.#index.readUIntBE(record + KEY_BYTES, OFFSET_BYTES);
    const length = this.#index.readUInt32BE(record + KEY_BYTES + OFFSET_BYTES);
    if (length > MAX_ENTRY_BYTES) return undefined;
    this.#opened ??= openRegularFile(this.#file);
    if (this.#opened === undefined || offset + length > this.#opened.status.size) return undefined;
    this.#reads += 1;
    if (this.#reads === MANY_ENTRIES) this.#readWhole(this.#opened);
    return this.#whole?.bytes.subarray(offset, offset + length) ?? readRange(this.#opened, offset, length);
  }

  #readWhole(opened: OpenFile): void {
    const { size } = opened.status;
    if (size > this.#memory.freeBytes) return;
    const bytes = readRange(opened, 0, size);
    if (bytes === undefined) return;
    this.#whole = { bytes, records: new Map(this.keys.map((key, position) => [key, position * RECORD_BYTES])) };
    this.#memory.freeBytes -= size;
  }

  /** Where in the index the record of that key is, by halves. */
  #find(key: Buffer): number | undefined {
    let [from, to] = [0, this.#index.length / RECORD_BYTES];
    while (from < to) {
      const middle = (from + to) >> 1;
      const at = middle * RECORD_BYTES;
      const order = this.#index.compare(key, 0, KEY_BYTES, at, at + KEY_BYTES);
      if (order === 0) return at;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return undefined;
  }
}

function readIndex(opened: OpenFile): Buffer | undefined {
  const { size } = opened.status;
  if (size < HEADER_BYTES || size > MAX_SEGMENT_BYTES) return undefined;
  const header = readRange(opened, 0, HEADER_BYTES);
  if (header?.subarray(0, MAGIC.length).equals(MAGIC) !== true) return undefined;
  const bytes = header.readUInt32BE(MAGIC.length) * RECORD_BYTES;
  return HEADER_BYTES + bytes <= size ? readRange(opened, HEADER_BYTES, bytes) : undefined;
}
