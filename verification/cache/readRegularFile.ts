import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
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
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, FLAGS);
    const status = fstatSync(descriptor);
    return status.isFile() && status.size <= maxBytes && accepts(status) ? readFileSync(descriptor) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
