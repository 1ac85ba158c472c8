import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KYVERNO, binaryPath } from '../../../tools/toolchain/goTool';
import { freePort } from '../freePort';
import type { TufMirror } from '../sigstore/tufMirror';
import type { ApiResult, Manifest } from './apiClient';
import type { Cluster } from './cluster';
import { installedFlags } from './installedFlags';
import { onlyThrough } from './outsideProxy';
import type { OutsideProxy } from './outsideProxy';
import type { ProcessGroup, RunningProcess } from '../processes/processGroup';

export interface KyvernoOptions {
  /**
   * TUF repository of a private Sigstore. An ImageValidatingPolicy must name it again: Kyverno reads this one for its other policies only, and
   * stays with the first repository that it met until it ends.
   */
  readonly tuf?: Pick<TufMirror, 'url' | 'root'>;
  /** Its only way to hosts beyond this machine. @default that of this process */
  readonly outside?: Pick<OutsideProxy, 'url'>;
  /** Flags that differ from those of the rig; the last of a name counts. */
  readonly flags?: readonly string[];
  /** Flags of an installation, by name. Default: those that tests need. */
  readonly installed?: ReadonlyMap<string, string>;
}

export const NAMESPACE = 'kyverno';
const SERVICE_ACCOUNT = `system:serviceaccount:${NAMESPACE}:kyverno`;
const POLICY_TIMEOUT_MS = 60_000;

const PROBE_MESSAGE = 'the rig asks whether Kyverno answers';

/** A policy and an object that it refuses: the proof that the API server asks Kyverno and gets an answer. */
const probe = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kyverno-probe', namespace: 'default', labels: { probe: 'kyverno' } },
};
const probePolicy = {
  apiVersion: 'policies.kyverno.io/v1',
  kind: 'ValidatingPolicy',
  metadata: { name: 'rig-probe' },
  spec: {
    matchConstraints: {
      objectSelector: { matchLabels: probe.metadata.labels },
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
    },
    validations: [{ expression: 'false', message: PROBE_MESSAGE }],
  },
};

/**
 * What its chart grants the reports controller: without it Kyverno does not call a policy with a background scan ready. The chart binds
 * `view`, whose rules a controller puts together that does not run here.
 */
const reportsReader = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'kyverno-reports-controller-view' },
  subjects: [{ kind: 'ServiceAccount', name: 'kyverno-reports-controller', namespace: NAMESPACE }],
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:aggregate-to-view' },
};

/** Kyverno's real admission controller, which runs beside the API server instead of inside a cluster. */
export class Kyverno {
  readonly #cluster: Cluster;
  readonly #process: RunningProcess;

  constructor(cluster: Cluster, process: RunningProcess) {
    this.#cluster = cluster;
    this.#process = process;
  }

  /** Why an image did not verify, each reason once: denials carry the message of the policy only, the rest is in Kyverno's log. */
  verificationErrors(image: string): readonly string[] {
    const entries = this.log().split('\n').flatMap(parseEntry);
    return [...new Set(entries.flatMap((entry) => (entry.image === image ? (entry.error ?? []) : [])))];
  }

  /** What Kyverno logged so far, one JSON object a line. */
  log(): string {
    return this.#process.log();
  }

  /**
   * Applies a policy and waits until Kyverno reports it as ready and, given an object that the policy refuses, until the API server refuses it:
   * between the two, everything is still admitted.
   *
   * @throws when Kyverno refuses the policy, does not get ready with it, or admits `refused` for a minute
   */
  async enforce(policy: Manifest, refused?: Manifest): Promise<void> {
    const applied = await this.#cluster.apply(policy);
    if (!applied.ok) throw new Error(`${policy.kind} ${policy.metadata.name ?? ''}: ${applied.message}`);
    await this.#until(`${policy.kind} ${policy.metadata.name ?? ''} is ready`, async () => isReady(await this.#cluster.read(policy)));
    if (refused !== undefined)
      await this.#until(`${refused.kind} ${refused.metadata.name ?? ''} is refused`, async () =>
        isDenied(await this.#cluster.dryRun(refused)),
      );
  }

  /** Ends Kyverno; its webhooks stay, so the API server now refuses what they watch. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async #until(goal: string, reached: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + POLICY_TIMEOUT_MS;
    while (!(await reached())) {
      if (Date.now() > deadline)
        throw new Error(`after ${POLICY_TIMEOUT_MS / 1000} s it is not so that ${goal}; Kyverno logged:\n${this.log().slice(-3000)}`);
      await delay(50);
    }
  }
}

interface LogEntry {
  readonly image?: string;
  readonly error?: string;
}

/** None for what is not JSON: a panic, or a line that is still being written. */
function parseEntry(line: string): readonly LogEntry[] {
  try {
    return [JSON.parse(line) as LogEntry];
  } catch {
    return [];
  }
}

/** A webhook that cannot be called refuses as well, with a server error: that is no verdict. */
const isDenied = ({ ok, status }: ApiResult): boolean => !ok && status < 500;

function isReady({ body }: ApiResult): boolean {
  const { status } = body as { readonly status?: { readonly conditionStatus?: { readonly ready?: boolean } } };
  return status?.conditionStatus?.ready === true;
}

/** Starts Kyverno and returns when a policy of ours was enforced by it. */
export async function startKyverno(
  cluster: Cluster,
  processes: ProcessGroup,
  { tuf, outside, flags: own = [], installed }: KyvernoOptions = {},
): Promise<Kyverno> {
  await cluster.namespace(NAMESPACE);
  await cluster.installCrds('kyverno');
  await cluster.apply(reportsReader);
  const [port, metricsPort] = [await freePort(), await freePort()];
  const home = path.join(processes.directory, `kyverno-${port}`);
  mkdirSync(home);
  const args = [...installedFlags(flags(cluster, port, metricsPort, tuf), installed), ...own];
  const process = processes.start('kyverno', binaryPath(KYVERNO), args, { ...environment(home), ...(outside && onlyThrough(outside)) });
  const kyverno = new Kyverno(cluster, process);
  await process.ready(async () => ((await cluster.apply(probePolicy)).ok ? true : undefined), 120_000);
  await process.ready(async () => ((await cluster.dryRun(probe)).message.includes(PROBE_MESSAGE) ? true : undefined), 120_000);
  await cluster.delete(probePolicy);
  return kyverno;
}

function flags(cluster: Cluster, port: number, metricsPort: number, tuf: KyvernoOptions['tuf']): readonly string[] {
  return [
    `--kubeconfig=${cluster.kubeconfig}`,
    `--serverIP=127.0.0.1:${port}`,
    '--webhookServerHost=127.0.0.1',
    `--webhookServerPort=${port}`,
    '--caSecretName=kyverno-svc.kyverno.svc.kyverno-tls-ca',
    '--tlsSecretName=kyverno-svc.kyverno.svc.kyverno-tls-pair',
    '--tlsKeyAlgorithm=ECDSA',
    `--backgroundServiceAccountName=${SERVICE_ACCOUNT}-background-controller`,
    `--reportsServiceAccountName=${SERVICE_ACCOUNT}-reports-controller`,
    // With metrics disabled it serves them all the same, by default on port 8000 of every interface.
    '--disableMetrics=true',
    '--metricsHost=127.0.0.1',
    `--metricsPort=${metricsPort}`,
    '--controllerRuntimeMetricsAddress=0',
    '--admissionReports=false',
    '--generateValidatingAdmissionPolicy=false',
    // A verdict must come from the registry of now, not from the one of a minute ago.
    '--imageVerifyCacheEnabled=false',
    // The registries of tests speak plain HTTP.
    '--allowInsecureRegistry=true',
    '--registryCredentialHelpers=default',
    '--autoMemLimitEnabled=false',
    '--loggingFormat=json',
    ...(tuf ? ['--enableTuf=true', `--tufMirror=${tuf.url}`, `--tufRootRaw=${Buffer.from(tuf.root).toString('base64')}`] : []),
  ];
}

export const environment = (home: string): Readonly<Record<string, string>> => ({
  KYVERNO_NAMESPACE: NAMESPACE,
  KYVERNO_SERVICEACCOUNT_NAME: 'kyverno-admission-controller',
  KYVERNO_DEPLOYMENT: 'none',
  KYVERNO_POD_NAME: 'none',
  INIT_CONFIG: 'kyverno',
  METRICS_CONFIG: 'kyverno-metrics',
  // Caches of TUF metadata: the next Kyverno may have another root.
  TUF_ROOT: path.join(home, 'tuf'),
  HOME: home,
  DOCKER_CONFIG: home,
});
