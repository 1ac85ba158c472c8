import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { ETCD, KUBE_APISERVER, KUBE_APISERVER_NEWEST, binaryPath } from '../../../tools/toolchain/goTool';
import type { GoTool } from '../../../tools/toolchain/goTool';
import { freePort } from '../freePort';
import { ApiClient } from './apiClient';
import { EarlyExitError, ProcessGroup } from '../processes/processGroup';

/** `1.35` is what Kyverno supports; `newest` is what clusters will run next. */
export type KubernetesVersion = '1.35' | 'newest';

const API_SERVERS: Readonly<Record<KubernetesVersion, GoTool>> = { '1.35': KUBE_APISERVER, newest: KUBE_APISERVER_NEWEST };

/** The tools that a cluster of this version needs, for `describeWith`. */
export const controlPlaneTools = (version: KubernetesVersion = '1.35'): readonly GoTool[] => [ETCD, API_SERVERS[version]];

export interface ControlPlane {
  readonly processes: ProcessGroup;
  readonly client: ApiClient;
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** Path of a kubeconfig with an administrator's token. */
  readonly kubeconfig: string;
}

/**
 * A real etcd and a real kube-apiserver, and nothing else: every admission plugin of a cluster works, but there are no controllers and no
 * kubelet, so nothing is scheduled, no Deployment makes pods, and a deleted namespace stays `Terminating`.
 */
export async function startControlPlane(version: KubernetesVersion): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt++) {
    const processes = new ProcessGroup('cluster');
    try {
      return await startIn(processes, version);
    } catch (error) {
      await processes.stop();
      // Somebody else may take a port between our look and the tool's.
      if (attempt === 3 || !(error instanceof EarlyExitError) || !error.log.includes('address already in use')) throw error;
    }
  }
}

async function startIn(processes: ProcessGroup, version: KubernetesVersion): Promise<ControlPlane> {
  const { directory } = processes;
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${client}`;
  const etcd = processes.start('etcd', binaryPath(ETCD), [
    '--data-dir',
    path.join(directory, 'etcd'),
    '--unsafe-no-fsync',
    '--log-level=error',
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
  ]);
  await etcd.ready(async () => ((await isHealthy(`${etcdUrl}/health`)) ? true : undefined));

  const url = `https://127.0.0.1:${secure}`;
  const pki = path.join(directory, 'pki');
  const token = writeKeys(pki);
  const server = processes.start('kube-apiserver', binaryPath(API_SERVERS[version]), [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${secure}`,
    `--cert-dir=${pki}`,
    `--service-account-issuer=${url}`,
    `--service-account-key-file=${path.join(pki, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${path.join(pki, 'service-accounts.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    `--token-auth-file=${path.join(pki, 'tokens.csv')}`,
    '--anonymous-auth=false',
    // No controller makes service accounts here, and without them this plugin refuses every pod.
    '--disable-admission-plugins=ServiceAccount',
    // As in every cluster of kubeadm: a node may change what concerns itself, and nothing else.
    '--enable-admission-plugins=NodeRestriction',
    // Nobody serves at the cluster address of the API server.
    '--endpoint-reconciler-type=none',
  ]);
  // The server makes its own certificate; until the file is whole, the connection fails and we ask again.
  const certificate = path.join(pki, 'apiserver.crt');
  const api = await server.ready(async () => {
    if (!existsSync(certificate)) return undefined;
    const candidate = new ApiClient(url, readFileSync(certificate, 'utf8'), token);
    const answer = await candidate.request('GET', '/readyz').catch(() => undefined);
    if (answer?.ok === true) return candidate;
    candidate.close();
    return undefined;
  });
  const kubeconfig = path.join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, renderKubeconfig(url, readFileSync(certificate), token), { mode: 0o600 });
  return { processes, client: api, url, kubeconfig };
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Keys for service accounts, and one administrator; returns the administrator's token. */
function writeKeys(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(path.join(directory, 'service-accounts.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(path.join(directory, 'service-accounts.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
  const token = randomUUID();
  writeFileSync(path.join(directory, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  return token;
}

function renderKubeconfig(server: string, certificate: Buffer, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server, 'certificate-authority-data': certificate.toString('base64') } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'admin', namespace: 'default' } }],
    'current-context': 'local',
  });
}
