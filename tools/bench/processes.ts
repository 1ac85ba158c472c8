import { fork, spawn } from 'node:child_process';
import path from 'node:path';
import { repositoryRoot } from '../../test/support/engine/pulumiProject';
import type { ServerContent, ServerReady } from './supplyChainServer';

/** A registry with signed images in a process of its own. */
export interface SupplyChainProcess extends ServerReady {
  /** Paths requested since the last call. */
  requests(): Promise<readonly string[]>;
  stop(): void;
}

export async function startSupplyChainProcess(content: ServerContent): Promise<SupplyChainProcess> {
  const script = path.join(__dirname, 'supplyChainServer.ts');
  const child = fork(script, [JSON.stringify(content)], { execArgv: ['--import', 'tsx'] });
  const answer = async <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as T));
      child.once('exit', (code) => reject(new Error(`the registry of the measurement ended with exit code ${code}`)));
    });
  return {
    ...(await answer<ServerReady>()),
    requests: async () => {
      child.send('requests');
      return answer<readonly string[]>();
    },
    stop: () => child.kill(),
  };
}

export interface VerificationRun {
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly peakMegabytes: number;
  /** How long nothing else could run. */
  readonly longestPauseMs: number;
  readonly outcomes: readonly string[];
}

/** Verifies with the compiled package in a fresh process, as a command or a pack does. */
export async function verifyInProcess(policyFile: string, references: readonly string[], options: object = {}): Promise<VerificationRun> {
  const core = path.join(repositoryRoot, 'dist', 'verification', 'index.js');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [path.join(__dirname, 'verifyAll.cjs'), JSON.stringify({ core, policyFile, references, options })],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`verification ended with exit code ${String(code)}`);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, ...(JSON.parse(output) as Omit<VerificationRun, 'seconds'>) };
}

/** A run in which every image must verify: a fast failure would look like speed. */
export async function mustVerify(policyFile: string, references: readonly string[], options: object = {}): Promise<VerificationRun> {
  const run = await verifyInProcess(policyFile, references, options);
  const failed = run.outcomes.filter((outcome) => outcome !== 'verified').length;
  if (failed > 0) throw new Error(`${failed} of ${references.length} images did not verify`);
  return run;
}
