import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelAdmissionArgs } from '../../../components';
import { ENFORCEMENT_LABEL } from '../../../components/namespace/labels';
import type { KubernetesObject } from '../../../components/admission/kubernetesObject';
import { modelAdmissionManifests } from '../../../components/admission/manifests';
import { modelAdmissionSettings } from '../../../components/admission/settings';
import type { ApiResult, Manifest } from '../cluster/apiClient';
import { NAMESPACE } from './manifests';

/** As much of the cluster rig as the lab asks for. */
export interface LabCluster {
  apply(manifest: Manifest): Promise<ApiResult>;
  dryRun(manifest: Manifest): Promise<ApiResult>;
  read(manifest: Manifest): Promise<ApiResult>;
  delete(manifest: Manifest): Promise<ApiResult>;
  namespace(name: string, options: { readonly labels: Readonly<Record<string, string>> }): Promise<void>;
}

const TIMEOUT_MS = 120_000;

/** Renders a trust policy as ModelAdmission does, puts it into force, and waits until all of it is. */
export async function enforce(
  cluster: LabCluster,
  trustPolicy: string,
  args: ModelAdmissionArgs = {},
): Promise<readonly KubernetesObject[]> {
  const settings = modelAdmissionSettings('models', { trustPolicy, insecureRegistriesUnsafe: true, ...args });
  const { policies, guards } = modelAdmissionManifests(settings);
  await cluster.namespace(NAMESPACE, { labels: { [ENFORCEMENT_LABEL]: 'true' } });
  const objects = [...policies, ...guards];
  for (const object of objects) await applied(cluster, object as unknown as Manifest);
  for (const object of policies) await ready(cluster, object as unknown as Manifest);
  return objects;
}

async function applied(cluster: LabCluster, manifest: Manifest): Promise<void> {
  const result = await cluster.apply(manifest);
  if (!result.ok) throw new Error(`${manifest.kind} ${manifest.metadata.name ?? ''}: ${result.message}`);
}

interface PolicyStatus {
  readonly conditionStatus?: { readonly ready?: boolean };
  /** Of a ClusterPolicy. */
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const isReady = (status: PolicyStatus | undefined): boolean =>
  status?.conditionStatus?.ready ??
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ??
  false;

/** Kyverno reports a policy as ready once its webhook stands; the API server follows a moment later. */
async function ready(cluster: LabCluster, manifest: Manifest): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const { status } = (await cluster.read(manifest)).body as { readonly status?: PolicyStatus };
    if (isReady(status)) return;
    if (Date.now() > deadline) throw new Error(`${manifest.metadata.name ?? ''} is not ready: ${JSON.stringify(status)}`);
    await delay(100);
  }
}

/** Waits until an object is refused that must be, so that what is admitted afterwards was looked at. */
export async function untilRefused(cluster: LabCluster, manifest: Manifest, words: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const result = await cluster.dryRun(manifest);
    if (!result.ok && result.message.includes(words)) return;
    if (Date.now() > deadline) throw new Error(`not refused with ${words}: ${result.message}`);
    await delay(200);
  }
}

export function labDirectory(parent: string): string {
  const directory = path.join(parent, 'lab');
  mkdirSync(directory, { recursive: true });
  return directory;
}
