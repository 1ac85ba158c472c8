import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';

/** A link would lead out of the cache, and opening a pipe without this flag waits for a writer. Windows has neither flag. */
const FLAGS = process.platform === 'win32' ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a regular file of bounded size; `undefined` for whatever else has that name, or nothing.
 *
 * Synchronous on purpose: entries are a few kilobytes and mostly in memory of the operating system, and an asynchronous read costs five
 * times as much processor time as the read itself.
 *
 * @param accepts a further condition on owner or mode
 */
export function readRegularFile(file: string, maxBytes: number, accepts: (status: Stats) => boolean = () => true): Buffer | undefined {
  const opened = openRegularFile(file);
  if (opened === undefined) return undefined;
  try {
    return opened.status.size <= maxBytes && accepts(opened.status) ? readFileSync(opened.descriptor) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(opened.descriptor);
  }
}

export interface OpenFile {
  /** To be closed by the caller. */
  readonly descriptor: number;
  readonly status: Stats;
}

/** Opens a regular file for reading; `undefined` for whatever else has that name, or nothing. */
export function openRegularFile(file: string): OpenFile | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, FLAGS);
    const status = fstatSync(descriptor);
    if (status.isFile()) return { descriptor, status };
  } catch {
    // Not there, a link, or not for us to read.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}

/** `undefined` when the file ends before, or cannot be read. */
export function readRange({ descriptor }: OpenFile, offset: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  try {
    while (filled < length) {
      const count = readSync(descriptor, bytes, filled, length - filled, offset + filled);
      if (count === 0) return undefined;
      filled += count;
    }
    return bytes;
  } catch {
    return undefined;
  }
}
