import type { MinimalCrd } from '../cluster/minimalCrds';
import { NAMESPACE } from './manifests';
import type { Workload } from './manifests';

const resource = (apiVersion: string, kind: string, spec: object): Workload => ({
  manifest: { apiVersion, kind, metadata: { name: `case-${kind.toLowerCase()}`, namespace: NAMESPACE }, spec },
  type: `kubernetes:${apiVersion}:${kind}`,
});

const KSERVE = 'serving.kserve.io';
const serving = (version: string, kind: string) => (spec: object) => resource(`${KSERVE}/${version}`, kind, spec);
const inferenceService = serving('v1beta1', 'InferenceService');
const llm = serving('v1alpha2', 'LLMInferenceService');
const ray = (kind: string) => (spec: object) => resource('ray.io/v1', kind, spec);
const nim = (kind: string) => (spec: object) => resource('apps.nvidia.com/v1alpha1', kind, spec);

const container = (image: string, name = 'server') => ({ name, image });
const podSpec = (image: string) => ({ containers: [container(image)] });
const template = (image: string) => ({ spec: podSpec(image) });
const volumes = (image: string) => [{ name: 'weights', image: { reference: image } }];
const model = (fields: object) => ({ modelFormat: { name: 'vllm' }, ...fields });
const oci = (image: string): string => `oci://${image}`;

const rayCluster = (head: string, worker: string, fields: object = {}) => ({
  headGroupSpec: { rayStartParams: {}, template: template(head) },
  workerGroupSpecs: [
    { groupName: 'gpu', replicas: 1, minReplicas: 1, maxReplicas: 1, rayStartParams: {}, template: template(head) },
    { groupName: 'spare', replicas: 1, minReplicas: 1, maxReplicas: 1, rayStartParams: {}, template: template(worker) },
  ],
  ...fields,
});

/** `repository:tag@digest` as operators want it in halves: everything behind the first colon after the path is the tag. */
const halves = (image: string) => {
  const [, repository = '', tag = ''] = /^(.*\/[^:@]+)[:@](.*)$/.exec(image) ?? [];
  return { repository, tag: tag.startsWith('sha256:') ? `v1@${tag}` : tag };
};

/** Every place of an image in the kinds that the pack reads; `good` is a signed image for the other places. */
export const CUSTOM_WORKLOADS: Readonly<Record<string, (image: string, good: string) => Workload>> = {
  'InferenceService, image of a model server': (image) => inferenceService({ predictor: { model: model({ image }) } }),
  'InferenceService, model': (image) => inferenceService({ predictor: { model: model({ storageUri: oci(image) }) } }),
  'InferenceService, model mounted as an image': (image) =>
    inferenceService({ predictor: { model: model({ storageUri: `oci+native://${image}` }) } }),
  'InferenceService, server of a framework': (image) =>
    inferenceService({ predictor: { huggingface: { name: 'server', image, storageUri: 'pvc://weights' } } }),
  'InferenceService, container': (image) => inferenceService({ predictor: podSpec(image) }),
  'InferenceService, init container': (image, good) =>
    inferenceService({ predictor: { ...podSpec(good), initContainers: [container(image, 'init')] } }),
  'InferenceService, image volume': (image, good) => inferenceService({ predictor: { ...podSpec(good), volumes: volumes(image) } }),
  'InferenceService, STORAGE_URI': (image, good) =>
    inferenceService({ predictor: { containers: [{ ...container(good), env: [{ name: 'STORAGE_URI', value: oci(image) }] }] } }),
  'InferenceService, one of several models': (image) =>
    inferenceService({ predictor: { model: model({}), storageUris: [{ uri: oci(image) }] } }),
  'InferenceService, worker': (image, good) =>
    inferenceService({ predictor: { model: model({ image: good }), workerSpec: podSpec(image) } }),
  'InferenceService, transformer': (image, good) =>
    inferenceService({ predictor: { model: model({ image: good }) }, transformer: podSpec(image) }),
  'InferenceService, explainer': (image, good) =>
    inferenceService({ predictor: { model: model({ image: good }) }, explainer: podSpec(image) }),
  'InferenceService, canary': (image, good) =>
    inferenceService({
      predictor: { model: model({ image: good }) },
      canary: [{ trafficPercent: 10, predictor: { model: model({ name: 'next', storageUri: oci(image) }) } }],
    }),
  'LLMInferenceService, model': (image) => llm({ model: { uri: oci(image) } }),
  'LLMInferenceService, adapter': (image, good) =>
    llm({ model: { uri: oci(good), lora: { adapters: [{ name: 'legal', uri: oci(image) }] } } }),
  'LLMInferenceService, container': (image, good) => llm({ model: { uri: oci(good) }, template: podSpec(image) }),
  'LLMInferenceService, worker': (image, good) => llm({ model: { uri: oci(good) }, worker: podSpec(image) }),
  'LLMInferenceService, prefill': (image, good) => llm({ model: { uri: oci(good) }, prefill: { template: podSpec(image) } }),
  'LLMInferenceService, scheduler': (image, good) =>
    llm({ model: { uri: oci(good) }, router: { scheduler: { template: podSpec(image) } } }),
  'LLMInferenceService, first version of its API': (image) => serving('v1alpha1', 'LLMInferenceService')({ model: { uri: oci(image) } }),
  LLMInferenceServiceConfig: (image) => serving('v1alpha2', 'LLMInferenceServiceConfig')({ template: podSpec(image) }),
  ServingRuntime: (image) => serving('v1alpha1', 'ServingRuntime')({ supportedModelFormats: [{ name: 'vllm' }], ...podSpec(image) }),
  'ServingRuntime, worker': (image, good) => serving('v1alpha1', 'ServingRuntime')({ ...podSpec(good), workerSpec: podSpec(image) }),
  ClusterServingRuntime: (image) => serving('v1alpha1', 'ClusterServingRuntime')(podSpec(image)),
  TrainedModel: (image) =>
    serving(
      'v1alpha1',
      'TrainedModel',
    )({
      inferenceService: 'host',
      model: { framework: 'sklearn', memory: '1Gi', storageUri: oci(image) },
    }),
  LocalModelCache: (image) => serving('v1alpha1', 'LocalModelCache')({ sourceModelUri: oci(image), modelSize: '1Gi', nodeGroups: ['gpu'] }),
  LocalModelNamespaceCache: (image) =>
    serving('v1alpha1', 'LocalModelNamespaceCache')({ sourceModelUri: oci(image), modelSize: '1Gi', nodeGroups: ['gpu'] }),
  ClusterStorageContainer: (image) =>
    serving('v1alpha1', 'ClusterStorageContainer')({ container: container(image), supportedUriFormats: [{ prefix: 's3://' }] }),
  'RayCluster, head': (image, good) => ray('RayCluster')(rayCluster(image, good)),
  'RayCluster, second group of workers': (image, good) => ray('RayCluster')(rayCluster(good, image)),
  'RayCluster, autoscaler': (image, good) => ray('RayCluster')(rayCluster(good, good, { autoscalerOptions: { image } })),
  RayService: (image, good) => ray('RayService')({ rayClusterConfig: rayCluster(good, image) }),
  RayJob: (image, good) => ray('RayJob')({ entrypoint: 'python -c 1', rayClusterSpec: rayCluster(good, image) }),
  'RayJob, submitter': (image, good) =>
    ray('RayJob')({
      entrypoint: 'python -c 1',
      rayClusterSpec: rayCluster(good, good),
      submitterPodTemplate: { spec: { ...podSpec(image), restartPolicy: 'Never' } },
    }),
  RayCronJob: (image, good) => ray('RayCronJob')({ schedule: '0 3 * * *', jobTemplate: { rayClusterSpec: rayCluster(good, image) } }),
  NIMService: (image) => nim('NIMService')({ image: halves(image) }),
  'NIMService, sidecar': (image, good) =>
    nim('NIMService')({ image: halves(good), sidecarContainers: [{ name: 'sidecar', image: halves(image) }] }),
  NIMCache: (image) => nim('NIMCache')({ source: { ngc: { modelPuller: image } } }),
  NIMBuild: (image) => nim('NIMBuild')({ image: halves(image) }),
  NIMPipeline: (image) => nim('NIMPipeline')({ services: [{ name: 'llm', spec: { image: halves(image) } }] }),
  'LeaderWorkerSet, leader': (image, good) =>
    resource('leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', {
      leaderWorkerTemplate: { leaderTemplate: template(image), workerTemplate: template(good) },
    }),
  'LeaderWorkerSet, worker': (image) =>
    resource('leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', { leaderWorkerTemplate: { workerTemplate: template(image) } }),
  JobSet: (image, good) =>
    resource('jobset.x-k8s.io/v1alpha2', 'JobSet', {
      replicatedJobs: [good, image].map((each, index) => ({
        name: `job-${index}`,
        template: { spec: { template: { spec: { ...podSpec(each), restartPolicy: 'Never' } } } },
      })),
    }),
};

/** Models that nobody can verify: not in a registry, or not named whole. */
export const UNVERIFIABLE_MODELS: Readonly<Record<string, (good: string) => Workload>> = {
  'a model from a hub': () => inferenceService({ predictor: { model: model({ storageUri: 'hf://acme/assistant' }) } }),
  'a model from a bucket, in a canary': (good) =>
    inferenceService({
      predictor: { model: model({ image: good }) },
      canary: [{ trafficPercent: 10, predictor: { model: model({ name: 'next', storageUri: 's3://acme/assistant' }) } }],
    }),
  'a model by a URI without a scheme': () => inferenceService({ predictor: { model: model({ storageUri: 'acme/assistant' }) } }),
  'a model from the storage configuration': () =>
    inferenceService({ predictor: { model: model({ storage: { key: 'bucket', path: 'assistant' } }) } }),
  'a model that a container asks for': (good) =>
    inferenceService({ predictor: { containers: [{ ...container(good), env: [{ name: 'STORAGE_URI', value: 'gs://acme/x' }] }] } }),
  'an adapter from a hub': (good) => llm({ model: { uri: oci(good), lora: { adapters: [{ name: 'legal', uri: 'hf://acme/legal' }] } } }),
  'half of an image reference': (good) => nim('NIMService')({ image: { repository: halves(good).repository } }),
};

/** Operators that are not published as Go modules. */
export const MINIMAL_CRDS: readonly MinimalCrd[] = [
  { group: 'apps.nvidia.com', version: 'v1alpha1', kind: 'NIMService', plural: 'nimservices' },
  { group: 'apps.nvidia.com', version: 'v1alpha1', kind: 'NIMCache', plural: 'nimcaches' },
  { group: 'apps.nvidia.com', version: 'v1alpha1', kind: 'NIMBuild', plural: 'nimbuilds' },
  { group: 'apps.nvidia.com', version: 'v1alpha1', kind: 'NIMPipeline', plural: 'nimpipelines' },
  { group: 'leaderworkerset.x-k8s.io', version: 'v1', kind: 'LeaderWorkerSet', plural: 'leaderworkersets' },
  { group: 'jobset.x-k8s.io', version: 'v1alpha2', kind: 'JobSet', plural: 'jobsets' },
  // Newer than the newest published module of its operator.
  { group: 'ray.io', version: 'v1', kind: 'RayCronJob', plural: 'raycronjobs' },
];
