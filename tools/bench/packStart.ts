import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Seconds from the start of a pack, as the engine starts it, to the line with its port. */
export function timeToPort(packDirectory: string): Promise<number> {
  const script = require.resolve('@pulumi/pulumi/cmd/run-policy-pack');
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [script, '127.0.0.1:1', packDirectory], {
      cwd: packDirectory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once('data', () => {
      const seconds = (performance.now() - started) / 1000;
      child.kill('SIGKILL');
      resolve(seconds);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the pack ended with exit code ${code} before it had a port: ${stderr}`)));
  });
}
