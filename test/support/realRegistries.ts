import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { DISTRIBUTION, GGCR_REGISTRY, binaryPath } from '../../tools/toolchain/goTool';
import { freePort } from './freePort';
import { ProcessGroup } from './processes/processGroup';
import type { RunningProcess } from './processes/processGroup';

/** A registry that we did not write, running as a process of its own. */
export interface RealRegistry {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  stop(): Promise<void>;
}

async function untilAnswering(address: string, registry: RunningProcess): Promise<void> {
  await registry.ready(async () => (await fetch(`http://${address}/v2/`).catch(() => undefined))?.status);
}

/** CNCF distribution: no referrers API, so clients use the fallback tag. */
export async function startDistribution(): Promise<RealRegistry> {
  const processes = new ProcessGroup('distribution');
  const address = `127.0.0.1:${await freePort()}`;
  const config = path.join(processes.directory, 'config.yml');
  const rootdirectory = path.join(processes.directory, 'data');
  mkdirSync(rootdirectory);
  writeFileSync(
    config,
    stringify({ version: 0.1, log: { level: 'error' }, storage: { filesystem: { rootdirectory } }, http: { addr: address } }),
  );
  const registry = processes.start('registry', binaryPath(DISTRIBUTION), ['serve', config], { OTEL_TRACES_EXPORTER: 'none' });
  await untilAnswering(address, registry);
  return { address, stop: () => processes.stop() };
}

/** go-containerregistry's registry, with the referrers API. */
export async function startGgcrRegistry(): Promise<RealRegistry> {
  const processes = new ProcessGroup('registry');
  const address = `127.0.0.1:${await freePort()}`;
  await untilAnswering(address, processes.start('registry', binaryPath(GGCR_REGISTRY), ['-addr', address]));
  return { address, stop: () => processes.stop() };
}
