import type { ModelServingArgs } from '../../components';
import type { Manifest } from '../support/cluster/apiClient';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';
import { only, plain, servingObjects } from '../support/cluster/servingObjects';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const NAMESPACE = 'models';
const image = { reference: `ghcr.io/acme/assistant@${DIGEST}` };
const SMALLEST: ModelServingArgs = {
  server: 'vllm',
  image: `ghcr.io/acme/vllm@${DIGEST}`,
  model: image,
  namespace: NAMESPACE,
  runtime: 'kserve',
};

const VARIANTS: readonly (readonly [string, Partial<ModelServingArgs>])[] = [
  ['a model as an image volume', {}],
  ['a model on a claim', { model: { kind: 'persistentVolumeClaim', claimName: 'weights', unverifiedUnsafe: 'a test' } }],
  ['a model that is copied', { model: { kind: 'initContainerCopy', ...image } }],
  [
    'an adapter, on GPUs, scaled',
    { adapters: [{ name: 'legal', ...image }], gpu: { count: 1 }, autoscaling: { kind: 'cpu', maxReplicas: 3 } },
  ],
];

interface Template {
  readonly spec: { readonly containers: readonly Readonly<Record<string, unknown>>[] };
}

/** Fields of a component of an InferenceService that are not of its pod. */
const COMPONENT_FIELDS = ['minReplicas', 'maxReplicas', 'labels', 'annotations', 'deploymentStrategy'];

const podOf = (spec: object): Manifest =>
  plain({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'assistant', namespace: NAMESPACE }, spec });

/**
 * What matters of the template that KServe v0.20 merges under the pod of an LLMInferenceService (config-llm-template.yaml): a drain by a
 * command, probes by HTTPS, volumes of its own. Written here, because the one of KServe is a Go template.
 */
const KSERVE_TEMPLATE: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'assistant-kserve', namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: 'assistant' } },
    template: {
      metadata: { labels: { app: 'assistant' } },
      spec: {
        terminationGracePeriodSeconds: 60,
        containers: [
          {
            name: 'main',
            image: 'registry.example/llm-d:v1',
            command: ['/bin/bash', '-c', 'vllm serve /mnt/models'],
            ports: [{ containerPort: 8000, protocol: 'TCP' }],
            env: [{ name: 'HOME', value: '/home' }],
            securityContext: { readOnlyRootFilesystem: false, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            lifecycle: { preStop: { exec: { command: ['/bin/sleep', '15'] } } },
            livenessProbe: { httpGet: { path: '/health', port: 8000, scheme: 'HTTPS' } },
            readinessProbe: { httpGet: { path: '/health', port: 8000, scheme: 'HTTPS' } },
            startupProbe: { httpGet: { path: '/health', port: 8000, scheme: 'HTTPS' } },
            volumeMounts: [
              { name: 'home', mountPath: '/home' },
              { name: 'tmp-dir', mountPath: '/tmp' },
              { name: 'dshm', mountPath: '/dev/shm' },
              { name: 'model-cache', mountPath: '/models' },
            ],
          },
        ],
        volumes: [
          { name: 'home', emptyDir: {} },
          { name: 'tmp-dir', emptyDir: {} },
          { name: 'dshm', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
          { name: 'model-cache', emptyDir: {} },
        ],
      },
    },
  },
};

const crds = ['kserve', 'kserve-llm'] as const;

describeCluster({ crds })('a ModelServing under KServe, on a real API server', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ crds });
    await cluster.namespace(NAMESPACE, { podSecurity: 'restricted' });
    expect(await cluster.apply(only(servingObjects('assistant', SMALLEST), 'ServiceAccount'))).toMatchObject({ ok: true });
    expect(await cluster.apply(KSERVE_TEMPLATE)).toMatchObject({ ok: true });
  }, 240_000);
  afterAll(() => cluster.stop());

  describe.each(VARIANTS)('with %s', (_case, args) => {
    it('is an InferenceService whose pod "restricted" admits', async () => {
      const service = only(servingObjects('assistant', { ...SMALLEST, ...args }), 'InferenceService');
      expect(await cluster.dryRun(service)).toMatchObject({ ok: true, message: '', warnings: [] });
      const { predictor } = service['spec'] as { predictor: Record<string, unknown> };
      const spec = Object.fromEntries(Object.entries(predictor).filter(([field]) => !COMPONENT_FIELDS.includes(field)));
      expect(await cluster.dryRun(podOf(spec))).toMatchObject({ ok: true, message: '', warnings: [] });
    });

    it('is an LLMInferenceService whose pod, merged over the template of KServe, "restricted" admits', async () => {
      const service = only(servingObjects('assistant', { ...SMALLEST, ...args, kserveKind: 'LLMInferenceService' }), 'LLMInferenceService');
      expect(await cluster.dryRun(service)).toMatchObject({ ok: true, message: '', warnings: [] });
      const merged = await mergeUnderTemplate((service['spec'] as { template: object }).template);
      expect(merged).toMatchObject({ ok: true, message: '', warnings: [] });
      const { template } = (merged.body as { spec: { template: Template } }).spec;
      expect(template.spec.containers).toHaveLength(1);
      expect(template.spec.containers[0]).toMatchObject({
        image: SMALLEST.image,
        securityContext: { readOnlyRootFilesystem: true },
        readinessProbe: { httpGet: { scheme: 'HTTP' } },
      });
      expect(await cluster.dryRun(podOf(template.spec))).toMatchObject({ ok: true, message: '', warnings: [] });
    });
  });

  it('cannot keep its own handler beside that of the template: why it drains by a command', async () => {
    const service = only(servingObjects('assistant', { ...SMALLEST, kserveKind: 'LLMInferenceService' }), 'LLMInferenceService');
    const { template } = service['spec'] as { template: Template['spec'] };
    const containers = template.containers.map((container) => ({ ...container, lifecycle: { preStop: { sleep: { seconds: 15 } } } }));
    expect(await mergeUnderTemplate({ ...template, containers })).toMatchObject({
      ok: false,
      message: expect.stringContaining('handler type'),
    });
  });

  it('has no schema that would let a mistake pass', async () => {
    const service = only(servingObjects('assistant', SMALLEST), 'InferenceService');
    expect(await cluster.dryRun({ ...service, spec: { ...(service['spec'] as object), predicter: {} } })).toMatchObject({ ok: false });
  });

  /** KServe merges with the library that the API server merges with (strategic merge patch): so the API server does it for us. */
  async function mergeUnderTemplate(podSpec: object) {
    const path = (await cluster.client.pathOf(KSERVE_TEMPLATE)) ?? '';
    return cluster.client.request('PATCH', `${path}?dryRun=All&fieldValidation=Strict`, {
      body: { spec: { template: { spec: podSpec } } },
      contentType: 'application/strategic-merge-patch+json',
    });
  }
});
