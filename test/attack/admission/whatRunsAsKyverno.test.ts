import { attempt } from '../../support/attack/attempt';
import { ADMINISTRATOR, KYVERNO, MERGE, describeGuards } from '../../support/attack/guardedCluster';

const attacker = 'may do everything in the cluster, and is no administrator of the admission';
const expected = { outcome: 'denied', code: 'models-guard-controller' } as const;

const inNamespace = (namespace: string) => ({
  deployment: `/apis/apps/v1/namespaces/${namespace}/deployments/kyverno-admission-controller`,
  service: `/api/v1/namespaces/${namespace}/services/kyverno-svc`,
  lease: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/kyverno-health`,
  pods: `/api/v1/namespaces/${namespace}/pods`,
  secrets: `/api/v1/namespaces/${namespace}/secrets`,
  jobs: `/apis/batch/v1/namespaces/${namespace}/jobs`,
});
type Places = ReturnType<typeof inNamespace>;

const spec = { serviceAccountName: 'kyverno-admission-controller', containers: [{ name: 'c', image: 'evil' }] };
const scale = { spec: { replicas: 0 } };

/** What is asked of Kyverno's namespace, and as the control of another. */
const IN_ANY_NAMESPACE: readonly (readonly [name: string, method: string, path: (places: Places) => string, body?: object])[] = [
  ['scales Kyverno to zero, which then removes its webhooks', 'PATCH', ({ deployment }) => `${deployment}/scale`, scale],
  ['scales Kyverno to zero in its Deployment', 'PATCH', ({ deployment }) => deployment, scale],
  ['deletes the Deployment of Kyverno', 'DELETE', ({ deployment }) => deployment],
  ['writes the status of the Deployment of Kyverno', 'PATCH', ({ deployment }) => `${deployment}/status`, { status: { replicas: 9 } }],
  [
    'runs another image as Kyverno',
    'PATCH',
    ({ deployment }) => deployment,
    { spec: { template: { metadata: { annotations: { a: 'b' } } } } },
  ],
  ['answers the API server instead of Kyverno', 'PATCH', ({ service }) => service, { spec: { selector: { app: 'mine' } } }],
  [
    'calls Kyverno unhealthy',
    'PATCH',
    ({ lease }) => lease,
    { metadata: { annotations: { 'kyverno.io/last-request-time': '2020-01-01T00:00:00Z' } } },
  ],
  ['runs a pod as Kyverno', 'POST', ({ pods }) => pods, { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'p-' }, spec }],
  [
    'has a Job run a pod as Kyverno',
    'POST',
    ({ jobs }) => jobs,
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } } },
  ],
];

describeGuards('what runs as Kyverno', (guarded) => {
  for (const [name, method, path, body] of IN_ANY_NAMESPACE) {
    attempt(name, {
      attacker,
      expected,
      control: () => guarded().ask(method, path(inNamespace('team')), body),
      attack: () => guarded().ask(method, path(inNamespace(KYVERNO)), body),
    });
  }
  const token = (namespace: string, account: string) => `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['x'] } };
  attempt('asks for a token of Kyverno', {
    attacker,
    expected,
    control: () => guarded().ask('POST', token('team', 'default'), asked),
    attack: () => guarded().ask('POST', token(KYVERNO, 'kyverno-admission-controller'), asked),
  });
  const secret = (type: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type,
    metadata: { name: 's', annotations: { 'kubernetes.io/service-account.name': 'kyverno-admission-controller' } },
  });
  attempt('has a token of Kyverno written into a Secret', {
    attacker,
    expected,
    control: () => guarded().ask('POST', inNamespace(KYVERNO).secrets, secret('Opaque')),
    attack: () => guarded().ask('POST', inNamespace(KYVERNO).secrets, secret('kubernetes.io/service-account-token')),
  });

  const configMap = (name: string) => `/api/v1/namespaces/${KYVERNO}/configmaps/${name}`;
  const filters = { data: { resourceFilters: '[*/*,*,*]' } };
  for (const name of ['kyverno', 'kyverno-metrics', 'admission']) {
    attempt(`changes the settings of Kyverno in ConfigMap ${name}`, {
      attacker,
      expected,
      control: () => guarded().ask('PATCH', configMap('dashboards'), { data: { a: 'c' } }),
      attack: () => guarded().ask('PATCH', configMap(name), { data: { a: 'c' } }),
    });
    attempt(`deletes the settings of Kyverno in ConfigMap ${name}`, {
      attacker,
      expected,
      control: () => guarded().ask('DELETE', configMap('dashboards')),
      attack: () => guarded().ask('DELETE', configMap(name)),
    });
  }
  attempt('has Kyverno leave out everything (resourceFilters)', {
    attacker,
    expected,
    control: () => guarded().ask('PATCH', configMap('kyverno'), filters, { as: ADMINISTRATOR }),
    attack: () => guarded().ask('PATCH', configMap('kyverno'), filters, { contentType: MERGE }),
  });
  attempt('deletes all ConfigMaps at once, in which no name is asked for', {
    attacker,
    expected,
    control: () => guarded().ask('DELETE', '/api/v1/namespaces/team/configmaps'),
    attack: () => guarded().ask('DELETE', `/api/v1/namespaces/${KYVERNO}/configmaps`),
  });
});
