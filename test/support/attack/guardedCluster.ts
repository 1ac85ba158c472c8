import { renderGuards } from '../../../components/admission/guards';
import { ENFORCEMENT_LABEL, ENFORCEMENT_ON } from '../../../components/namespace/labels';
import type { ApiResult, ApiUser, Manifest } from '../cluster/apiClient';
import { startCluster } from '../cluster/cluster';
import type { Cluster } from '../cluster/cluster';
import { describeCluster } from '../cluster/describeCluster';
import type { Answer } from './attempt';

/** May do everything by RBAC, and is no administrator of the admission. */
export const TENANT: ApiUser = { name: 'tenant' };
export const ADMINISTRATOR: ApiUser = { name: 'admin', groups: ['system:masters'] };

/** A namespace under enforcement. */
export const MODELS = 'models';
/** The namespace of Kyverno. */
export const KYVERNO = 'kyverno';

export const MERGE = 'application/merge-patch+json';

/** A real API server with the guards of ModelAdmission in force, and no controllers. */
export class GuardedCluster {
  readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** A request as a user; nothing of it is stored. */
  async ask(method: string, path: string, body?: object, { as = TENANT, contentType = MERGE }: AskOptions = {}): Promise<Answer> {
    const query = `${path.includes('?') ? '&' : '?'}dryRun=All`;
    return answer(
      await this.cluster.client.request(method, `${path}${query}`, {
        ...(body && { body }),
        contentType: method === 'PATCH' ? contentType : 'application/json',
        as,
      }),
    );
  }

  /** The object at a path, as it is stored. */
  async read(path: string): Promise<Manifest & { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }> {
    const found = await this.cluster.client.request('GET', path);
    if (!found.ok) throw new Error(`${path}: ${found.message}`);
    return found.body as Manifest;
  }
}

interface AskOptions {
  readonly as?: ApiUser;
  readonly contentType?: string;
}

/** What the API server said; of a refusal, the guard that it names. Everything else that goes wrong is a broken set-up. */
function answer({ ok, status, message }: ApiResult): Answer {
  if (ok) return { outcome: 'admitted', codes: [] };
  const guard = /ValidatingAdmissionPolicy '([^']+)'.*denied request: (only administrators|the label)/.exec(message)?.[1];
  if (guard === undefined) throw new Error(`neither admitted nor refused by a guard: ${status} ${message}`);
  return { outcome: 'denied', codes: [guard] };
}

/** `describe` for attempts against the guards, with one API server for all of them. */
export function describeGuards(name: string, attempts: (guarded: () => GuardedCluster) => void): void {
  describeCluster({ crds: ['kyverno'] })(name, () => {
    let guarded: GuardedCluster;
    beforeAll(async () => {
      guarded = await start();
    }, 120_000);
    afterAll(() => guarded.cluster.stop());
    attempts(() => guarded);
  });
}

const clusterAdmin: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'tenant' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [
    { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: TENANT.name },
    // No controllers run here that would be given their roles: every service account may do what admission lets it.
    { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:serviceaccounts' },
  ],
};

/** Objects as an installation of Kyverno and ModelAdmission leaves them, as far as the attempts go. */
const INSTALLED: readonly Manifest[] = [
  clusterAdmin,
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: MODELS, labels: { [ENFORCEMENT_LABEL]: ENFORCEMENT_ON } } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: KYVERNO } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kyverno', namespace: KYVERNO },
    data: { resourceFilters: '[*/*,kube-system,*]' },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kyverno-metrics', namespace: KYVERNO }, data: { namespaces: '{}' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'admission', namespace: KYVERNO }, data: { webhooks: '{}' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'dashboards', namespace: KYVERNO }, data: { a: 'b' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'kyverno-admission-controller', namespace: KYVERNO } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'team' } },
  ...[KYVERNO, 'team'].flatMap((namespace): readonly Manifest[] => [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'kyverno-admission-controller', namespace },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'kyverno' } },
        template: {
          metadata: { labels: { app: 'kyverno' } },
          spec: { containers: [{ name: 'kyverno', image: 'reg.kyverno.io/kyverno/kyverno:v1.19.2' }] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kyverno-svc', namespace },
      spec: { selector: { app: 'kyverno' }, ports: [{ port: 443 }] },
    },
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'kyverno-health', namespace }, spec: {} },
  ]),
  ...['kyverno-resource-validating-webhook-cfg', 'other'].map((name) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name, labels: { 'webhook.kyverno.io/managed-by': name } },
    webhooks: [],
  })),
  {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ValidatingPolicy',
    metadata: { name: 'models-listed-images' },
    spec: {
      matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] },
      validations: [{ expression: 'true' }],
    },
  },
];

async function start(): Promise<GuardedCluster> {
  const cluster = await startCluster({ crds: ['kyverno'] });
  try {
    const guards = renderGuards('models', { users: [], groups: ['system:masters'] }, { backend: 'kyverno', namespace: KYVERNO });
    for (const manifest of [...INSTALLED, ...(guards as unknown as readonly Manifest[])]) {
      const applied = await cluster.apply(manifest);
      if (!applied.ok) throw new Error(`${manifest.kind} ${manifest.metadata.name ?? ''}: ${applied.message}`);
    }
    const guarded = new GuardedCluster(cluster);
    await untilInForce(guarded);
    return guarded;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** The API server takes a moment until it follows; each guard has a request that it must refuse, in words of its own. */
async function untilInForce(guarded: GuardedCluster): Promise<void> {
  const refused: readonly (() => Promise<Answer>)[] = [
    () => guarded.ask('DELETE', `/api/v1/namespaces/${MODELS}`),
    () => guarded.ask('DELETE', '/apis/policies.kyverno.io/v1/validatingpolicies/models-listed-images'),
    () => guarded.ask('DELETE', `/api/v1/namespaces/${KYVERNO}/configmaps/kyverno`),
  ];
  for (const request of refused) {
    const deadline = Date.now() + 60_000;
    while ((await request()).outcome !== 'denied') {
      if (Date.now() > deadline) throw new Error('a guard is not in force after a minute');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
