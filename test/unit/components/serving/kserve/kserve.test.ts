import type { ArgumentProblems } from '../../../../../components/arguments/argumentProblems';
import { checkKserve } from '../../../../../components/serving/kserve/checks';
import { inferenceService } from '../../../../../components/serving/kserve/inferenceService';
import { llmInferenceService } from '../../../../../components/serving/kserve/llmInferenceService';
import type { ServingWorkload } from '../../../../../components/serving/kserve/pod';
import { IDENTITY, METADATA } from '../around/identity';
import { refusalsOf } from '../around/refusals';

const WORKLOAD: ServingWorkload = {
  pod: {
    containers: [{ name: 'inference' }],
    serviceAccountName: 'sentiment',
    automountServiceAccountToken: false,
    volumes: [{ name: 'model', image: { reference: 'r@sha256:1' } }],
  },
  server: {
    name: 'inference',
    image: 'registry/vllm@sha256:2',
    lifecycle: { preStop: { sleep: { seconds: 15 } } },
    startupProbe: { httpGet: { path: '/health', port: 'http' }, failureThreshold: 60 },
    readinessProbe: { httpGet: { path: '/health', port: 'http' } },
    livenessProbe: { httpGet: { path: '/health', port: 'http' } },
  },
  labels: { 'app.kubernetes.io/instance': 'sentiment' },
  annotations: { why: 'because' },
  replicas: 2,
};

const STRATEGY = { type: 'RollingUpdate' };

describe('when KServe runs the pods as an InferenceService', () => {
  it('gets our pod whole, with its container renamed, inside the cluster only', () => {
    expect(inferenceService(IDENTITY, WORKLOAD, STRATEGY)).toEqual({
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: {
        ...METADATA,
        labels: { ...METADATA.labels, 'networking.kserve.io/visibility': 'cluster-local' },
        annotations: { 'serving.kserve.io/deploymentMode': 'Standard', 'serving.kserve.io/autoscalerClass': 'none' },
      },
      spec: {
        predictor: {
          minReplicas: 2,
          maxReplicas: 2,
          labels: WORKLOAD.labels,
          annotations: WORKLOAD.annotations,
          deploymentStrategy: STRATEGY,
          ...WORKLOAD.pod,
          containers: [{ ...WORKLOAD.server, name: 'kserve-container' }],
        },
      },
    });
  });

  it('leaves the number of pods to the autoscaler beside it', () => {
    const service = inferenceService(IDENTITY, { ...WORKLOAD, replicas: undefined }, STRATEGY);
    expect(service.metadata.annotations).toMatchObject({ 'serving.kserve.io/autoscalerClass': 'external' });
    expect(service.spec['predictor']).not.toHaveProperty('minReplicas');
  });
});

describe('when KServe runs the pods as an LLMInferenceService', () => {
  const service = llmInferenceService(IDENTITY, WORKLOAD, { uri: 'oci+native://r@sha256:1', name: 'sentiment' }, 15);
  const { containers } = service.spec['template'] as { containers: readonly Record<string, unknown>[] };

  it('names the model, and mounts it itself', () => {
    expect(service.spec).toMatchObject({
      model: { uri: 'oci+native://r@sha256:1', name: 'sentiment' },
      storageInitializer: { enabled: false },
      replicas: 2,
      template: { volumes: WORKLOAD.pod.volumes },
    });
  });

  it('has one handler that drains where the template of KServe brings one, and probes in the clear', () => {
    expect(containers).toHaveLength(1);
    expect(containers[0]).toMatchObject({
      name: 'main',
      lifecycle: { preStop: { exec: { command: ['/bin/sleep', '15'] } } },
      startupProbe: { httpGet: { path: '/health', port: 'http', scheme: 'HTTP' }, failureThreshold: 60 },
      readinessProbe: { httpGet: { scheme: 'HTTP' } },
      livenessProbe: { httpGet: { scheme: 'HTTP' } },
    });
    expect(JSON.stringify(containers[0])).not.toContain('"sleep":');
  });
});

describe('when KServe cannot run what is asked for', () => {
  const serving = { name: 'sentiment', server: 'vllm', port: 8000, env: ['LOG_LEVEL'] };
  const refused = (kind: 'InferenceService' | 'LLMInferenceService', changes: Partial<typeof serving>) =>
    refusalsOf((problems: ArgumentProblems) => checkKserve(kind, { ...serving, ...changes }, problems)).map(([path]) => path);

  it('refuses nothing that it can', () => {
    expect(refused('InferenceService', { name: 'n'.repeat(53), server: 'triton', port: 9000 })).toEqual([]);
    expect(refused('LLMInferenceService', {})).toEqual([]);
  });

  it.each([
    ['a name that leaves no room for "-predictor"', 'InferenceService', { name: 'n'.repeat(54) }, 'name'],
    ['a download past every digest', 'InferenceService', { env: ['STORAGE_URI'] }, 'env.STORAGE_URI'],
    ['a variable that KServe refuses', 'InferenceService', { env: ['PYTHONPATH'] }, 'env.PYTHONPATH'],
    ['another server than vLLM', 'LLMInferenceService', { server: 'triton' }, 'server'],
    ['another port than the one KServe routes to', 'LLMInferenceService', { port: 9000 }, 'port'],
  ] as const)('refuses %s', (_case, kind, changes, path) => {
    expect(refused(kind, changes as Partial<typeof serving>)).toEqual([path]);
  });
});
