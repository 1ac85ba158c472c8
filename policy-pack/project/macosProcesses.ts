import { execFile } from 'node:child_process';
import type { Processes } from './processes';

/** Runs a program; `undefined` when it fails. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<string | undefined>;

const TIMEOUT_MS = 5000;

const run: RunProgram = (file, args) =>
  new Promise((resolve) => {
    execFile(file, [...args], { timeout: TIMEOUT_MS, encoding: 'utf8', env: { LC_ALL: 'C' } }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });

/**
 * macOS: `ps` and `lsof`, which belong to the system and answer about processes of the same user. One process at a time: in a list of all, the
 * arguments of any process could contain a line that looks like another process.
 */
export function macosProcesses(program: RunProgram = run): Processes {
  return {
    async record(pid) {
      const text = await program('/bin/ps', ['-ww', '-o', 'ppid=', '-o', 'command=', '-p', String(pid)]);
      const match = /^\s*(\d+)\s+(\S.*)$/m.exec(text ?? '');
      // The arguments come joined by spaces. What we look for in them has none.
      return match === null ? undefined : { parent: Number(match[1]), args: (match[2] ?? '').split(/\s+/) };
    },
    async directory(pid) {
      const text = await program('/usr/sbin/lsof', ['-w', '-a', '-p', String(pid), '-d', 'cwd', '-Fn']);
      // `pPID`, `fcwd`, `nPATH`; characters that it cannot print are escaped, and then the path leads nowhere.
      return /^n(\/.*)$/m.exec(text ?? '')?.[1];
    },
  };
}
