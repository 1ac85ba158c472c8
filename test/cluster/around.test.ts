import type { ModelServingArgs } from '../../components';
import { defaultDenyPolicy, limitRange, modelNamespace, resourceQuota } from '../../components/namespace/manifests';
import { modelNamespaceSettings } from '../../components/namespace/settings';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';
import { restrictedPod } from '../support/cluster/pods';
import { only, plain, servingObjects } from '../support/cluster/servingObjects';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const NAMESPACE = 'llm-serving';
const SMALLEST: ModelServingArgs = {
  image: `ghcr.io/acme/vllm@${DIGEST}`,
  model: { reference: `ghcr.io/acme/assistant@${DIGEST}` },
  namespace: NAMESPACE,
};
const PROMETHEUS = 'http://prometheus-operated.monitoring.svc:9090';

/** One set of arguments for each object, with as much of it set as there is. */
const AROUND: readonly (readonly [string, Partial<ModelServingArgs>, readonly string[]])[] = [
  ['nothing', {}, []],
  ['several pods, kept apart', { replicas: 3, spread: 'required' }, ['PodDisruptionBudget']],
  [
    'openings by address and pod',
    {
      network: {
        clients: [{ namespace: 'web', podLabels: { app: 'front' } }, { podLabels: { app: 'batch' } }],
        dns: true,
        egressToPods: [{ namespace: 'vectors', ports: [6333] }],
        egress: [
          { cidr: '0.0.0.0/0', ports: [443] },
          { cidr: '::/0', ports: [443] },
          { cidr: '169.254.0.0/16', ports: [53], protocol: 'UDP' },
        ],
        awsPodIdentity: true,
      },
    },
    [],
  ],
  [
    'openings by name, under Cilium',
    {
      network: { egressByName: [{ host: 'api.acme.example' }, { host: '*.s3.example', ports: [443, 8443] }], nameEgressProvider: 'cilium' },
    },
    ['CiliumNetworkPolicy'],
  ],
  [
    'an autoscaler by CPU',
    { autoscaling: { kind: 'cpu', minReplicas: 2, maxReplicas: 4 } },
    ['HorizontalPodAutoscaler', 'PodDisruptionBudget'],
  ],
  ['an autoscaler by a metric of the pods', { autoscaling: { kind: 'podMetric', maxReplicas: 4 } }, ['HorizontalPodAutoscaler']],
  [
    'an autoscaler by a query',
    { autoscaling: { kind: 'keda', maxReplicas: 4, prometheus: PROMETHEUS, triggerAuthentication: 'prometheus' } },
    ['ScaledObject'],
  ],
  ['a PodMonitor', { monitoring: { labels: { release: 'stack' } } }, ['PodMonitor']],
  ['a ServiceMonitor', { monitoring: { kind: 'serviceMonitor' } }, ['ServiceMonitor']],
  [
    'a route',
    { route: { gateway: 'public', gatewayNamespace: 'edge', listener: 'https', hostnames: ['*.acme.example'], timeoutSeconds: 600 } },
    ['HTTPRoute'],
  ],
];

const crds = ['cilium', 'gateway-api', 'keda', 'prometheus-operator'] as const;

describeCluster({ crds })('what stands around a ModelServing, on a real API server', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ crds });
    const settings = modelNamespaceSettings(NAMESPACE, {
      quota: { gpus: { 'nvidia.com/gpu': 8 }, memory: '256Gi', cpu: '64', ephemeralStorage: '1Ti', pods: 40 },
      containerLimits: { maximumMemory: '64Gi', maximumCpu: '32' },
    });
    const objects = [
      { apiVersion: 'v1', kind: 'Namespace', ...modelNamespace(settings) },
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', ...defaultDenyPolicy(NAMESPACE) },
      { apiVersion: 'v1', kind: 'LimitRange', ...limitRange(NAMESPACE, settings) },
    ];
    for (const object of objects) expect(await cluster.apply(plain(object))).toMatchObject({ ok: true, message: '' });
    const quota = plain({ apiVersion: 'v1', kind: 'ResourceQuota', ...resourceQuota(NAMESPACE, settings) });
    // What a quota counts is written by a controller that does not run here: its schema is what this shows.
    expect(await cluster.dryRun(quota)).toMatchObject({ ok: true, message: '' });
    const account = only(servingObjects('assistant', SMALLEST), 'ServiceAccount');
    expect(await cluster.apply(account)).toMatchObject({ ok: true, message: '' });
  }, 180_000);
  afterAll(() => cluster.stop());

  it.each(AROUND)('accepts %s, every object of it, without a warning', async (_case, args, kinds) => {
    const objects = servingObjects('assistant', { ...SMALLEST, ...args });
    expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds, 'NetworkPolicy', 'Deployment']));
    for (const object of objects) {
      const { ok, message, warnings } = await cluster.dryRun(object);
      expect({ kind: object.kind, ok, message, warnings }).toEqual({ kind: object.kind, ok: true, message: '', warnings: [] });
    }
  });

  it.each(AROUND)('admits the pod of %s under "restricted"', async (_case, args) => {
    const { spec } = only(servingObjects('assistant', { ...SMALLEST, ...args }), 'Deployment') as unknown as {
      spec: { template: { metadata: object; spec: object } };
    };
    const pod = plain({
      apiVersion: 'v1',
      kind: 'Pod',
      ...spec.template,
      metadata: { ...spec.template.metadata, name: 'assistant', namespace: NAMESPACE },
    });
    expect(await cluster.dryRun(pod)).toMatchObject({ ok: true, message: '', warnings: [] });
  });

  it('refuses a network from which nothing can be left out: why cidr is judged before', async () => {
    const policy = only(servingObjects('assistant', SMALLEST), 'NetworkPolicy');
    const ipBlock = { cidr: '169.254.169.254/32', except: ['169.254.169.254/32'] };
    const spec = { ...(policy['spec'] as object), egress: [{ to: [{ ipBlock }] }] };
    expect(await cluster.dryRun({ ...policy, spec })).toMatchObject({ ok: false, reason: 'Invalid' });
  });

  describe('in a ModelNamespace', () => {
    it('gives limits to a container that names none', async () => {
      const { ok, body } = await cluster.dryRun(restrictedPod(NAMESPACE, 'plain'));
      expect(ok).toBe(true);
      expect(body).toMatchObject({
        spec: { containers: [{ resources: { limits: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '1Gi' } } }] },
      });
    });

    it('refuses a container beyond the bounds, and a pod that is not restricted', async () => {
      const pod = restrictedPod(NAMESPACE, 'greedy');
      const [container] = (pod['spec'] as { containers: readonly object[] }).containers;
      const greedy = { ...container, resources: { limits: { memory: '65Gi' }, requests: { memory: '1Gi' } } };
      expect(await cluster.dryRun({ ...pod, spec: { containers: [greedy] } })).toMatchObject({ ok: false, reason: 'Forbidden' });
      expect(await cluster.dryRun({ ...pod, spec: { containers: [container], hostNetwork: true } })).toMatchObject({
        ok: false,
        message: expect.stringContaining('violates PodSecurity "restricted:v1.36"'),
      });
    });
  });
});
