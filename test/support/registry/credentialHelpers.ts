import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Credential helpers as small scripts, in a directory that is first on the PATH. */
export interface HelperDirectory {
  readonly directory: string;
  /**
   * Adds `docker-credential-<name>`: a shell script that records what it was asked and then runs `script` (standard input is consumed).
   */
  add(name: string, script: string): void;
  /** What the helper was asked, one line per call: its arguments and its standard input. */
  asked(name: string): readonly string[];
  /** Takes the directory off the PATH and removes it. */
  remove(): void;
}

export function helperDirectory(): HelperDirectory {
  const directory = mkdtempSync(path.join(tmpdir(), 'credential-helpers-'));
  const before = process.env['PATH'];
  process.env['PATH'] = `${directory}${path.delimiter}${before ?? ''}`;
  const log = (name: string): string => path.join(directory, `${name}.log`);
  return {
    directory,
    add: (name, script) => {
      const file = path.join(directory, `docker-credential-${name}`);
      writeFileSync(log(name), '');
      writeFileSync(file, `#!/bin/sh\nread -r server\necho "$* $server" >> '${log(name)}'\n${script}\n`);
      chmodSync(file, 0o755);
    },
    asked: (name) => readFileSync(log(name), 'utf8').split('\n').slice(0, -1),
    remove: () => {
      process.env['PATH'] = before;
      rmSync(directory, { recursive: true });
    },
  };
}
