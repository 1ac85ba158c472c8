import path from 'node:path';
import { directoryAccess } from '../files/ownDirectory';
import { placeFile } from '../files/placeFile';
import { readRegularFile } from '../files/readRegularFile';
import type { OwnPlace } from '../files/userDirectories';

/** Longer than what a TUF client accepts. */
const MAX_FILE_BYTES = 5_000_000;

/** A name with a version or hash in it: what has it never changes. https://theupdateframework.github.io/specification/latest/#consistent-snapshots */
const FIXED_NAME = /^(?:[0-9]+\.(?:root|snapshot|targets)\.json|targets\/[0-9a-f]{64,128}\.[A-Za-z0-9._-]+)$/;

/**
 * The files of one TUF repository that a run fetched and verified, kept for the next, under the names that the repository gives them. An
 * attacker may have written them: they are handed to the TUF client as if the repository had sent them, and count for nothing else.
 */
export class TufFiles {
  readonly #place: OwnPlace | undefined;

  /** @param place directory of all repositories; `undefined` where nothing can be kept */
  constructor(url: string, place: OwnPlace | undefined) {
    const { host, pathname } = new URL(url);
    const name = encodeURIComponent(host + pathname.replace(/\/$/, ''));
    this.#place = place && { root: place.root, path: path.join(place.path, name) };
  }

  /** A file whose name says that it never changes. */
  readFixed(name: string): Buffer | undefined {
    return FIXED_NAME.test(name) ? this.read(name) : undefined;
  }

  read(name: string): Buffer | undefined {
    if (this.#place === undefined || directoryAccess(this.#place, false) !== 'own') return undefined;
    return readRegularFile(path.join(this.#place.path, fileNameOf(name)), MAX_FILE_BYTES);
  }

  /** Keeps files that verified together; a fault of the file system means that they are fetched again. */
  keep(files: ReadonlyMap<string, Uint8Array>): void {
    if (this.#place === undefined || files.size === 0 || directoryAccess(this.#place, true) !== 'own') return;
    for (const [name, bytes] of files) placeFile(path.join(this.#place.path, fileNameOf(name)), bytes, 'replace');
  }
}

/** One directory is enough: `targets/` becomes part of the name. */
const fileNameOf = (name: string): string => encodeURIComponent(name);
