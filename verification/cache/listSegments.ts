import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** A random name, so that no two processes ever write the same file. */
export const newSegmentFile = (directory: string): string => path.join(directory, `${randomUUID()}.segment`);

const SEGMENT_FILE = /^[0-9a-f-]{36}\.segment$/;

export interface SegmentFile {
  readonly file: string;
  readonly bytes: number;
  readonly modified: number;
}

/** The files of that form, newest first; empty when the directory cannot be read. */
export function listSegments(directory: string): readonly SegmentFile[] {
  try {
    return readdirSync(directory)
      .filter((name) => SEGMENT_FILE.test(name))
      .map((name) => path.join(directory, name))
      .flatMap((file) => {
        const status = lstatSync(file, { throwIfNoEntry: false });
        return status?.isFile() === true ? [{ file, bytes: status.size, modified: status.mtimeMs }] : [];
      })
      .sort((a, b) => b.modified - a.modified);
  } catch {
    return [];
  }
}
