import { readFileSync, readlinkSync } from 'node:fs';
import type { ProcessRecord, Processes } from './processes';

/**
 * Linux: `/proc`. Read synchronously, which takes less than a millisecond; the answers are those of the moment of the call.
 *
 * @param root another place for `/proc`, in tests
 */
export function linuxProcesses(root = '/proc'): Processes {
  const tried = <T>(read: () => T): Promise<T | undefined> => {
    try {
      return Promise.resolve(read());
    } catch {
      return Promise.resolve(undefined); // gone, or of another user
    }
  };
  return {
    record: (pid) =>
      tried((): ProcessRecord => {
        const stat = readFileSync(`${root}/${pid}/stat`, 'utf8');
        // `PID (NAME) STATE PARENT …`; the name is free, and may hold parentheses and spaces.
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        if (!Number.isInteger(parent)) throw new Error('not a stat file');
        const args = readFileSync(`${root}/${pid}/cmdline`, 'utf8').split('\0');
        return { parent, args: args.at(-1) === '' ? args.slice(0, -1) : args };
      }),
    directory: (pid) => tried(() => readlinkSync(`${root}/${pid}/cwd`)),
  };
}
