import type * as pulumi from '@pulumi/pulumi';

import { ModelServing } from '../../../../../components';
import type { ModelServingArgs } from '../../../../../components';
import { MockEngine, settled, valueOf } from '../../mockEngine';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const SMALLEST: ModelServingArgs = { image: `ghcr.io/acme/vllm@${DIGEST}`, model: { reference: `ghcr.io/acme/sentiment@${DIGEST}` } };
const DEPLOYMENT = 'kubernetes:apps/v1:Deployment';
const INFERENCE_SERVICE = 'kubernetes:serving.kserve.io/v1beta1:InferenceService';
const LLM_INFERENCE_SERVICE = 'kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService';

const EVERYTHING: ModelServingArgs = {
  ...SMALLEST,
  server: 'vllm',
  network: { clients: [{ namespace: 'web' }], egressByName: [{ host: 'api.acme.example' }], nameEgressProvider: 'cilium' },
  spread: 'required',
  priorityClassName: 'serving',
  autoscaling: { kind: 'keda', minReplicas: 2, maxReplicas: 4, prometheus: 'http://prometheus.monitoring.svc:9090' },
  monitoring: {},
  route: { gateway: 'public', gatewayNamespace: 'edge', hostnames: ['models.acme.example'] },
};

const childrenOf = (engine: MockEngine): readonly string[] =>
  engine.resources
    .filter(({ type }) => type.startsWith('kubernetes:'))
    .map(({ type, name }) => `${type.slice('kubernetes:'.length)} ${name}`)
    .sort();

async function create(args: ModelServingArgs): Promise<MockEngine> {
  const engine = await MockEngine.start();
  new ModelServing('sentiment', args);
  await settled();
  return engine;
}

describe('when a ModelServing has everything around it', () => {
  it('registers each object once', async () => {
    expect(childrenOf(await create(EVERYTHING))).toEqual([
      'apps/v1:Deployment sentiment',
      'cilium.io/v2:CiliumNetworkPolicy sentiment-names',
      'core/v1:Service sentiment',
      'core/v1:ServiceAccount sentiment',
      'gateway.networking.k8s.io/v1:HTTPRoute sentiment',
      'keda.sh/v1alpha1:ScaledObject sentiment',
      'monitoring.coreos.com/v1:PodMonitor sentiment',
      'networking.k8s.io/v1:NetworkPolicy sentiment',
      'policy/v1:PodDisruptionBudget sentiment',
    ]);
  });

  it('says in the pod what belongs there, and leaves the number of pods to the autoscaler', async () => {
    const { inputs } = await (await create(EVERYTHING)).only(DEPLOYMENT);
    expect(inputs['spec']).not.toHaveProperty('replicas');
    expect(inputs).toMatchObject({
      spec: {
        template: {
          spec: {
            priorityClassName: 'serving',
            dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
            topologySpreadConstraints: [{ whenUnsatisfiable: 'DoNotSchedule' }, { whenUnsatisfiable: 'DoNotSchedule' }],
          },
        },
      },
    });
  });

  it('opens the network to clients, gateway and Prometheus, and the old argument for namespaces still counts', async () => {
    const engine = await create({ ...EVERYTHING, clientNamespaces: ['batch'] });
    const { spec } = (await engine.only('kubernetes:networking.k8s.io/v1:NetworkPolicy')).inputs as { spec: { ingress: unknown[] } };
    const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
    expect(spec.ingress).toMatchObject([
      { from: [{ podSelector: {} }, namespace('batch'), namespace('web')] },
      { from: [namespace('edge')] },
      { from: [namespace('monitoring')] },
    ]);
  });

  it('closes the network, by name too, before it starts pods', async () => {
    await MockEngine.start();
    const waitsFor: string[] = [];
    const record: pulumi.ResourceTransformation = ({ type, props, opts }) => {
      if (type === DEPLOYMENT) {
        waitsFor.push(...(opts.dependsOn as pulumi.Resource[]).map((resource) => resource.constructor.name));
      }
      return { props, opts };
    };
    new ModelServing('sentiment', EVERYTHING, { transformations: [record] });
    await settled();
    expect(waitsFor).toEqual(['ServiceAccount', 'NetworkPolicy', 'CustomResource']);
  });

  it('reads the metrics of Triton on their own port, and gives callers its inference paths only', async () => {
    const engine = await create({ ...SMALLEST, server: 'triton', monitoring: {}, route: { gateway: 'public', hostnames: ['a.example'] } });
    expect((await engine.only('kubernetes:monitoring.coreos.com/v1:PodMonitor')).inputs).toMatchObject({
      spec: { podMetricsEndpoints: [{ port: 'metrics' }] },
    });
    expect((await engine.only('kubernetes:gateway.networking.k8s.io/v1:HTTPRoute')).inputs).toMatchObject({
      spec: { rules: [{ matches: [{ path: { value: '/v2/models' } }] }] },
    });
  });
});

describe('when KServe runs the pods', () => {
  it('gets the pod in place of the Deployment, under its names', async () => {
    const engine = await create({ ...SMALLEST, server: 'vllm', runtime: 'kserve', replicas: 2 });
    expect(childrenOf(engine)).not.toContain('apps/v1:Deployment sentiment');
    expect((await engine.only(INFERENCE_SERVICE)).inputs).toMatchObject({
      spec: {
        predictor: {
          minReplicas: 2,
          automountServiceAccountToken: false,
          containers: [{ name: 'kserve-container', securityContext: { readOnlyRootFilesystem: true } }],
          volumes: expect.arrayContaining([expect.objectContaining({ image: expect.anything() })]),
        },
      },
    });
  });

  it('is scaled by an autoscaler of ours, on the Deployment that it makes', async () => {
    const engine = await create({ ...SMALLEST, runtime: 'kserve', autoscaling: { kind: 'cpu', maxReplicas: 3 } });
    expect((await engine.only('kubernetes:autoscaling/v2:HorizontalPodAutoscaler')).inputs).toMatchObject({
      spec: { scaleTargetRef: { name: 'sentiment-predictor' } },
    });
  });

  it('is told as an LLMInferenceService which model it is, by digest', async () => {
    const engine = await create({ ...SMALLEST, server: 'vllm', runtime: 'kserve', kserveKind: 'LLMInferenceService' });
    expect((await engine.only(LLM_INFERENCE_SERVICE)).inputs).toMatchObject({
      spec: { model: { uri: `oci+native://ghcr.io/acme/sentiment@${DIGEST}`, name: 'sentiment' } },
    });
  });
});

describe('when what stands around a server contradicts it', () => {
  const volume = { kind: 'persistentVolumeClaim', claimName: 'weights', unverifiedUnsafe: 'test' } as const;

  it.each<[string, Partial<ModelServingArgs>, string]>([
    ['a fixed number of pods beside an autoscaler', { replicas: 2, autoscaling: { kind: 'cpu', maxReplicas: 3 } }, 'replicas'],
    ['an autoscaler on a volume of one node', { model: volume, autoscaling: { kind: 'cpu', maxReplicas: 3 } }, 'autoscaling'],
    [
      'a ServiceMonitor on a port that the Service does not offer',
      { server: 'triton', monitoring: { kind: 'serviceMonitor' } },
      'monitoring.kind',
    ],
    ['a kind of KServe without KServe', { kserveKind: 'InferenceService' }, 'kserveKind'],
    ['a runtime that is none', { runtime: 'knative' as never }, 'runtime'],
    ['a spread that is none', { spread: 'always' as never }, 'spread'],
    ['an LLMInferenceService of another server', { runtime: 'kserve', kserveKind: 'LLMInferenceService' }, 'server'],
    ['a priority class that is none', { priorityClassName: 'High Priority' }, 'priorityClassName'],
  ])('refuses %s', async (_case, args, path) => {
    const engine = await MockEngine.start();
    expect(() => new ModelServing('sentiment', { ...SMALLEST, ...args })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ propertyPath: path })] }),
    );
    await settled();
    expect(childrenOf(engine)).toEqual([]);
  });
});

describe('the bill of materials', () => {
  it('names server and model by digest', async () => {
    await MockEngine.start();
    const serving = new ModelServing('sentiment', { ...SMALLEST, server: 'vllm' });
    const bom = JSON.parse(await valueOf(serving.mlBom));
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [
        { name: 'ghcr.io/acme/vllm', version: DIGEST },
        { type: 'machine-learning-model', name: 'ghcr.io/acme/sentiment' },
      ],
    });
    await settled();
  });
});
