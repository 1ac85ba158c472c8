import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { DISTRIBUTION, GGCR_REGISTRY, binaryPath } from '../../tools/toolchain/goTool';
import { freePort } from './freePort';

/** A registry that we did not write, running as a process of its own. */
export interface RealRegistry {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  stop(): void;
}

async function untilAnswering(address: string, process: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (process.exitCode !== null) throw new Error(`the registry ended with exit code ${process.exitCode}`);
    try {
      await fetch(`http://${address}/v2/`);
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`no registry answers at ${address}`);
}

/** CNCF distribution: no referrers API, so clients use the fallback tag. */
export async function startDistribution(): Promise<RealRegistry> {
  const directory = mkdtempSync(path.join(tmpdir(), 'distribution-'));
  const address = `127.0.0.1:${await freePort()}`;
  const config = path.join(directory, 'config.yml');
  const storage = { filesystem: { rootdirectory: path.join(directory, 'data') } };
  writeFileSync(config, stringify({ version: 0.1, log: { level: 'error' }, storage, http: { addr: address } }));
  const process = spawn(binaryPath(DISTRIBUTION), ['serve', config], {
    stdio: 'ignore',
    env: { ...globalThis.process.env, OTEL_TRACES_EXPORTER: 'none' },
  });
  await untilAnswering(address, process);
  return {
    address,
    stop: () => {
      process.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** go-containerregistry's registry, with the referrers API. */
export async function startGgcrRegistry(): Promise<RealRegistry> {
  const address = `127.0.0.1:${await freePort()}`;
  const process = spawn(binaryPath(GGCR_REGISTRY), ['-addr', address], { stdio: 'ignore' });
  await untilAnswering(address, process);
  return { address, stop: () => process.kill('SIGKILL') };
}
