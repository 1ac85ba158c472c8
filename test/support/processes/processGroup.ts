import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Lines of its log that the error about a tool shows. */
const TAIL_LINES = 15;

/** A process ended before it was ready; the message ends with what it logged last. */
export class EarlyExitError extends Error {
  readonly log: string;

  constructor(name: string, log: string) {
    super(`${name} ended before it was ready. It said last:\n${log.trim().split('\n').slice(-TAIL_LINES).join('\n')}`);
    this.name = 'EarlyExitError';
    this.log = log;
  }
}

/** A tool that runs in a group. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** What it wrote to stdout and stderr so far. */
  log(): string;
  /** Asks until the answer is not undefined. @throws {EarlyExitError} when the process ends first */
  ready<T>(ask: () => Promise<T | undefined>, timeoutMs?: number): Promise<T>;
  /** Ends it at once; the rest of the group goes on. */
  kill(): Promise<void>;
}

/**
 * Real tools that live and die together, with one temporary directory. They are ended hard (a graceful stop of an API server takes 15 s and
 * nobody needs its data) by a guard process, which does it as well when this process dies without a chance to clean up.
 */
export class ProcessGroup {
  /** For data, logs and keys; gone after `stop`. */
  readonly directory: string;
  readonly #guard: ChildProcess;
  readonly #children = new Set<ChildProcess>();

  constructor(prefix: string) {
    this.directory = mkdtempSync(path.join(tmpdir(), `${prefix}-`));
    mkdirSync(path.join(this.directory, 'pids'));
    // `detached`: Ctrl-C on a terminal reaches every process of the session, and the guard must outlive it.
    this.#guard = spawn('/bin/sh', [path.join(__dirname, 'guard.sh'), this.directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // A program that forgets to stop the group ends nevertheless, and with it the group.
    this.#guard.unref();
    (this.#guard.stdin as Socket).unref();
  }

  /** Starts a tool; its output goes to `NAME.log` in the directory. */
  start(name: string, binary: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProcess {
    const logFile = path.join(this.directory, `${name}.log`);
    const output = openSync(logFile, 'a');
    const child = spawn(binary, args, { stdio: ['ignore', output, output], detached: true, env: { ...process.env, ...env } });
    closeSync(output);
    const { pid } = child;
    if (pid === undefined) throw new Error(`${binary} cannot be started`);
    const pidFile = path.join(this.directory, 'pids', String(pid));
    writeFileSync(pidFile, String(pid));
    this.#children.add(child);
    child.unref();
    child.once('exit', () => {
      this.#children.delete(child);
      // The system may give the number to somebody else's process.
      rmSync(pidFile, { force: true });
    });
    const log = () => readFileSync(logFile, 'utf8');
    return {
      name,
      pid,
      log,
      ready: async (ask, timeoutMs = 60_000) => {
        const deadline = Date.now() + timeoutMs;
        for (;;) {
          const answer = await ask();
          if (answer !== undefined) return answer;
          if (child.exitCode !== null || child.signalCode !== null) throw new EarlyExitError(name, log());
          if (Date.now() > deadline)
            throw new Error(`${name} was not ready after ${timeoutMs / 1000} s. It said last:\n${log().slice(-2000)}`);
          await delay(50);
        }
      },
      kill: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
      },
    };
  }

  /** Ends every process and removes the directory. */
  async stop(): Promise<void> {
    if (this.#guard.exitCode !== null) return;
    const exits = [this.#guard, ...this.#children].map((child) => {
      child.ref();
      return once(child, 'exit');
    });
    this.#guard.stdin?.end();
    await Promise.all(exits);
  }
}
