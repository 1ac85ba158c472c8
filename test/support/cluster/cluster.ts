import type { CrdSet } from '../../../tools/toolchain/crds';
import type { ApiClient, ApiResult, ApiUser, Manifest } from './apiClient';
import { startControlPlane } from './controlPlane';
import type { ControlPlane, KubernetesVersion } from './controlPlane';
import { installCrds } from './installCrds';
import { startKyverno } from './kyverno';
import { startPolicyController } from './policyController';
import type { SigstoreByTuf } from './policyController';
import { startReportsController } from './reportsController';
import type { RunningProcess } from '../processes/processGroup';
import type { Kyverno, KyvernoOptions } from './kyverno';

/** A Pod Security Standard, as the admission plugin of the API server enforces it. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

export interface NamespaceOptions {
  /** Level to enforce, and to warn about where the plugin cannot refuse: the pod templates of Deployments and their kind. */
  readonly podSecurity?: PodSecurityLevel;
  /** `latest` (default) or `v1.35`: the edition of the standard. */
  readonly podSecurityVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface WriteOptions {
  /** Whom to write as; default the administrator. */
  readonly as?: ApiUser;
}

export interface ClusterOptions {
  /** Default `1.35`. */
  readonly version?: KubernetesVersion;
  readonly crds?: readonly CrdSet[];
}

/** Field manager of everything that tests apply. */
const FIELD_MANAGER = 'model-supply-chain';

/**
 * A real API server for tests. Every refusal is a result with the server's own words; only a broken rig throws.
 *
 * @example
 * const cluster = await startCluster({ crds: ['kserve'] });
 * await cluster.namespace('models', { podSecurity: 'restricted' });
 * const { ok, message, warnings } = await cluster.dryRun(pod);
 * await cluster.stop();
 */
export class Cluster {
  readonly #plane: ControlPlane;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
  }

  get client(): ApiClient {
    return this.#plane.client;
  }

  get url(): string {
    return this.#plane.url;
  }

  /** Path of a kubeconfig with an administrator's token. */
  get kubeconfig(): string {
    return this.#plane.kubeconfig;
  }

  /** Temporary directory of the rig: logs, keys, data. Gone after `stop`. */
  get directory(): string {
    return this.#plane.processes.directory;
  }

  /** Creates the namespace, or changes its labels; the server may take a moment until it follows changed ones. */
  async namespace(name: string, { podSecurity, podSecurityVersion = 'latest', labels = {} }: NamespaceOptions = {}): Promise<void> {
    const security = podSecurity && {
      'pod-security.kubernetes.io/enforce': podSecurity,
      'pod-security.kubernetes.io/enforce-version': podSecurityVersion,
      'pod-security.kubernetes.io/warn': podSecurity,
      'pod-security.kubernetes.io/warn-version': podSecurityVersion,
    };
    const applied = await this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...security, ...labels } } });
    if (!applied.ok) throw new Error(`namespace ${name}: ${applied.message}`);
  }

  /** What the server would say to `apply`: schema, defaults and all admission, and nothing is stored. */
  async dryRun(manifest: Manifest, options: WriteOptions = {}): Promise<ApiResult> {
    return this.#write(manifest, '&dryRun=All', options);
  }

  /** Applies on the server's side, as `kubectl apply --server-side --force-conflicts` does. Fields that the schema does not know are refused. */
  async apply(manifest: Manifest, options: WriteOptions = {}): Promise<ApiResult> {
    return this.#write(manifest, '', options);
  }

  /** Reads the object that the manifest names. */
  async read(manifest: Manifest): Promise<ApiResult> {
    const path = await this.client.pathOf(manifest);
    return path === undefined ? notServed(manifest) : this.client.request('GET', path);
  }

  /** Deletes the object that the manifest names, without waiting for finalizers. */
  async delete(manifest: Manifest, { as }: WriteOptions = {}): Promise<ApiResult> {
    const path = await this.client.pathOf(manifest);
    if (path === undefined) return notServed(manifest);
    return this.client.request('DELETE', `${path}?gracePeriodSeconds=0`, as && { as });
  }

  /** Installs custom resource definitions and waits until they are served. */
  async installCrds(...sets: readonly CrdSet[]): Promise<void> {
    await installCrds(this.client, sets);
  }

  /** Starts Kyverno beside the API server, with its custom resource definitions; returns when it has given a verdict. */
  async startKyverno(options: KyvernoOptions = {}): Promise<Kyverno> {
    return startKyverno(this, this.#plane.processes, options);
  }

  /** Starts the reports controller of Kyverno beside the API server; it writes policy reports about what is stored there. */
  async startReportsController(installed?: ReadonlyMap<string, string>): Promise<RunningProcess> {
    return startReportsController(this, this.#plane.processes, installed);
  }

  /** Starts Sigstore's policy-controller beside the API server; returns when its webhooks can be called. */
  async startPolicyController(tuf: SigstoreByTuf): Promise<RunningProcess> {
    return startPolicyController(this, this.#plane.processes, tuf);
  }

  /** Ends every process of the rig and removes its directory. */
  async stop(): Promise<void> {
    this.client.close();
    await this.#plane.processes.stop();
  }

  async #write(manifest: Manifest, query: string, { as }: WriteOptions): Promise<ApiResult> {
    const generated = manifest.metadata.name === undefined;
    const path = await this.client.pathOf(manifest, generated ? 'collection' : 'object');
    if (path === undefined) return notServed(manifest);
    const options = `fieldManager=${FIELD_MANAGER}&fieldValidation=Strict${query}`;
    // A name that the server makes up cannot be applied, only created.
    return generated
      ? this.client.request('POST', `${path}?${options}`, { body: manifest, ...(as && { as }) })
      : this.client.request('PATCH', `${path}?${options}&force=true`, {
          body: manifest,
          contentType: 'application/apply-patch+yaml',
          ...(as && { as }),
        });
  }
}

function notServed({ apiVersion, kind }: Manifest): ApiResult {
  const message = `the server serves no ${kind} in ${apiVersion}; startCluster({ crds }) installs custom resource definitions`;
  return { ok: false, status: 404, reason: 'NotFound', message, warnings: [], body: undefined };
}

/** Starts etcd and kube-apiserver on loopback ports of their own (about 3 s, 600 MB); clusters do not disturb each other. */
export async function startCluster({ version = '1.35', crds = [] }: ClusterOptions = {}): Promise<Cluster> {
  const cluster = new Cluster(await startControlPlane(version));
  try {
    await cluster.installCrds(...crds);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
