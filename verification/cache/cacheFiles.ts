import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { evictOldest } from './evictOldest';
import { placeFile } from './placeFile';
import { readRegularFile } from './readRegularFile';

/** `content`: bytes as a registry served them. `results`: verified signatures. */
export type EntryKind = 'content' | 'results';

/** SHA-256 in hexadecimal of whatever identifies the entry. */
const ENTRY_NAME = /^[0-9a-f]{64}$/;
/** Part of the path, so that versions of different form never meet. */
const FORMAT = 'v1';
/** A larger entry is fetched again: it would push out thousands of others. */
const MAX_ENTRY_BYTES = 16 * 1024 * 1024;

/**
 * Files of one cache directory. A file appears complete or not at all, so that processes may share the directory without locks; nothing that
 * is read here is to be believed before it was checked. Faults of the file system mean "not cached": the cache saves time and decides nothing.
 */
export class CacheFiles {
  readonly #root: string;
  readonly #maxBytes: number;
  readonly #shards = new Set<string>();
  #written = 0;
  #eviction: Promise<void> | undefined;
  #usable = true;

  /**
   * @param directory made with the first write, mode 0700
   * @param maxBytes of all entries together; the oldest go first
   */
  constructor(directory: string, maxBytes: number) {
    this.#root = path.join(directory, FORMAT);
    this.#maxBytes = maxBytes;
  }

  read(kind: EntryKind, name: string): Buffer | undefined {
    return readRegularFile(this.#fileOf(kind, name), MAX_ENTRY_BYTES);
  }

  /** Keeps an entry. One that exists is replaced: it is being written because it was missing or broken. */
  write(kind: EntryKind, name: string, bytes: Uint8Array): void {
    // Without the second bound one run could fill the disk before anything is evicted.
    if (!this.#usable || bytes.length > MAX_ENTRY_BYTES || this.#written + bytes.length > this.#maxBytes) return;
    const file = this.#fileOf(kind, name);
    // A full or read-only disk will not get better within this run.
    this.#usable = this.#makeShard(path.dirname(file)) && placeFile(file, bytes, 'replace');
    if (!this.#usable) return;
    this.#written += bytes.length;
    this.#eviction ??= evictOldest(this.#root, this.#maxBytes);
  }

  /** Resolves when eviction, which runs beside verification once per run that writes, is done. */
  async settled(): Promise<void> {
    await this.#eviction;
  }

  #makeShard(directory: string): boolean {
    if (this.#shards.has(directory)) return true;
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      this.#shards.add(directory);
      return true;
    } catch {
      return false;
    }
  }

  #fileOf(kind: EntryKind, name: string): string {
    if (!ENTRY_NAME.test(name)) throw new Error(`${name} is no name of a cache entry`);
    return path.join(this.#root, kind, name.slice(0, 1), name);
  }
}
