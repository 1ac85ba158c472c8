import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { POLICY_CONTROLLER, binaryPath } from '../../../tools/toolchain/goTool';
import { policyControllerConfigFile } from '../../../tools/toolchain/policyControllerConfig';
import { freePort } from '../freePort';
import type { ProcessGroup, RunningProcess } from '../processes/processGroup';
import type { TufMirror } from '../sigstore/tufMirror';
import type { Manifest } from './apiClient';
import type { Cluster } from './cluster';

/** Where policy-controller runs by its own manifests. */
export const CONTROLLER_NAMESPACE = 'cosign-system';

/** It takes no other, on all interfaces: of the flag `--secure-port` nobody reads the value. */
const WEBHOOK_PORT = 8443;
const HEALTH_PORT = 8080;

const TIMEOUT_MS = 120_000;

/** The Sigstore that is to policy-controller what the public one is otherwise. */
export type SigstoreByTuf = Pick<TufMirror, 'url' | 'root'>;

/**
 * Starts Sigstore's real policy-controller beside the API server, installed by its own manifests and with the rights that they give it, and
 * returns when its webhooks have their certificates.
 *
 * Two changes of the manifests: there is no Deployment, and the Service is an alias of this machine, which the API server resolves by itself.
 */
export async function startPolicyController(cluster: Cluster, processes: ProcessGroup, tuf: SigstoreByTuf): Promise<RunningProcess> {
  for (const port of [WEBHOOK_PORT, HEALTH_PORT]) {
    if (await answers(port))
      throw new Error(`policy-controller listens on port ${port} and no other, and somebody else does: end that first`);
  }
  for (const object of configuration()) {
    const { ok, message } = await cluster.apply(object);
    if (!ok) throw new Error(`${object.kind} ${object.metadata.name ?? ''}: ${message}`);
  }
  const home = path.join(processes.directory, 'policy-controller');
  mkdirSync(home);
  const kubeconfig = await ownKubeconfig(cluster, home);
  const root = path.join(home, 'root.json');
  writeFileSync(root, tuf.root);
  const process = processes.start('policy-controller', binaryPath(POLICY_CONTROLLER), [`--tuf-mirror=${tuf.url}`, `--tuf-root=${root}`], {
    KUBECONFIG: kubeconfig,
    HOME: home,
    TUF_ROOT: path.join(home, 'tuf'),
    DOCKER_CONFIG: home,
    SYSTEM_NAMESPACE: CONTROLLER_NAMESPACE,
    POD_NAME: 'webhook',
    WEBHOOK_NAME: 'webhook',
    CONFIG_LOGGING_NAME: 'config-logging',
    METRICS_DOMAIN: 'sigstore.dev/policy',
    METRICS_PROMETHEUS_PORT: String(await freePort()),
    METRICS_PROMETHEUS_HOST: '127.0.0.1',
    PROFILING_PORT: String(await freePort()),
  });
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
    const object = { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: 'policy.sigstore.dev' } };
    await process.ready(async () => ((await hasCertificate(cluster, object)) ? true : undefined), TIMEOUT_MS);
  }
  return process;
}

interface WebhookConfiguration extends Manifest {
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string }; readonly rules?: readonly object[] }[];
}

async function hasCertificate(cluster: Cluster, object: Manifest): Promise<boolean> {
  const { webhooks } = (await cluster.read(object)).body as WebhookConfiguration;
  return webhooks.every(({ clientConfig, rules = [] }) => clientConfig.caBundle !== undefined && rules.length > 0);
}

/** The module's manifests, as far as they do without a cluster network. */
function configuration(): readonly Manifest[] {
  const objects = JSON.parse(readFileSync(policyControllerConfigFile(), 'utf8')) as Manifest[];
  return objects
    .filter(({ kind }) => kind !== 'Deployment')
    .map((object) =>
      object.kind === 'Service' ? { ...object, spec: { type: 'ExternalName', externalName: 'localhost' } } : onPort(object),
    );
}

/** Every reference to the Service gets the port, since an alias has none. */
function onPort<T>(value: T): T {
  if (Array.isArray(value)) return value.map(onPort) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]): [string, unknown] =>
    key === 'service' ? [key, { ...(field as object), port: WEBHOOK_PORT }] : [key, onPort(field)],
  );
  return Object.fromEntries(entries) as T;
}

interface Kubeconfig {
  readonly users: readonly { readonly name: string; readonly user: { readonly token: string } }[];
}

/** Its service account, and not the administrator: what its roles leave out must be missed here as it is in a cluster. */
async function ownKubeconfig(cluster: Cluster, directory: string): Promise<string> {
  const { ok, message, body } = await cluster.client.request(
    'POST',
    `/api/v1/namespaces/${CONTROLLER_NAMESPACE}/serviceaccounts/webhook/token`,
    { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7200 } } },
  );
  if (!ok) throw new Error(`no token for policy-controller: ${message}`);
  const { token } = (body as { readonly status: { readonly token: string } }).status;
  const administrator = parse(readFileSync(cluster.kubeconfig, 'utf8')) as Kubeconfig;
  const file = path.join(directory, 'kubeconfig');
  const users = administrator.users.map(({ name }) => ({ name, user: { token } }));
  writeFileSync(file, stringify({ ...administrator, users }), { mode: 0o600 });
  return file;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
