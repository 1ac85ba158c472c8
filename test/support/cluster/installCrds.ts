import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { crdDirectory } from '../../../tools/toolchain/crds';
import type { CrdDefinition, CrdSet } from '../../../tools/toolchain/crds';
import type { ApiClient } from './apiClient';

/** Large schemas on a busy machine take their time. */
const TIMEOUT_MS = 120_000;

/** Creates the definitions and returns when the server lists every served version, from when on objects can be created. */
export async function installCrds(client: ApiClient, sets: readonly CrdSet[]): Promise<void> {
  const files = sets.flatMap((set) => readdirSync(crdDirectory(set)).map((file) => path.join(crdDirectory(set), file)));
  await Promise.all(files.map((file) => installCrd(client, readFileSync(file, 'utf8'))));
}

/** Creates one definition, given as JSON, and returns when it is served. */
export async function installCrd(client: ApiClient, definition: string): Promise<void> {
  const { metadata, spec } = JSON.parse(definition) as CrdDefinition;
  const created = await client.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition });
  // Installed before: the first one stays.
  if (!created.ok && created.reason !== 'AlreadyExists') throw new Error(`${metadata.name}: ${created.message}`);
  const deadline = Date.now() + TIMEOUT_MS;
  for (const version of spec.versions.filter(({ served }) => served)) {
    while (!(await client.isServed(`/apis/${spec.group}/${version.name}`, spec.names.plural))) {
      if (Date.now() > deadline) throw new Error(`${metadata.name} ${version.name} is not served after ${TIMEOUT_MS / 1000} s`);
      await delay(100);
    }
  }
}
