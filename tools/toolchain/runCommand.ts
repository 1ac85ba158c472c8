import { spawn } from 'node:child_process';

/** What a finished command printed and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout and stderr in the order in which they arrived. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Called with every chunk as it arrives, for commands whose output the user should watch. */
  readonly onOutput?: (text: string) => void;
  /** Kill after this many milliseconds. */
  readonly timeoutMs?: number;
}

/** Runs a command to its end without a shell; a non-zero exit code is a result, not an exception. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    });
    const parts = { stdout: '', stderr: '', output: '' };
    const collect = (stream: 'stdout' | 'stderr') => (chunk: string) => {
      parts[stream] += chunk;
      parts.output += chunk;
      options.onOutput?.(chunk);
    };
    child.stdout?.setEncoding('utf8').on('data', collect('stdout'));
    child.stderr?.setEncoding('utf8').on('data', collect('stderr'));
    child.stdin?.end(options.input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, ...parts }));
  });
}

/** Like `runCommand`, for commands that must succeed: a failure becomes an error that shows what was run and what it said. */
export async function mustRun(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const result = await runCommand(command, args, options);
  if (result.code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with exit code ${result.code}:\n${result.output.trim()}`);
  }
  return result;
}
