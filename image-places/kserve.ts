import { eachAt, imageAt, inSpec, modelUriAt, objectAt, podSpecAt } from './places';
import type { ImageKinds, Place } from './types';

/**
 * The model servers that a predictor can name by a field of their own, and the explainers. Each is a container with a model URI beside it.
 * https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/predictor.go
 */
const FRAMEWORKS = [
  'model',
  'sklearn',
  'xgboost',
  'tensorflow',
  'pytorch',
  'triton',
  'onnx',
  'huggingface',
  'pmml',
  'lightgbm',
  'paddle',
  'art',
] as const;

/** Predictor, transformer or explainer: a pod spec whose fields stand beside those of the component. */
const component: readonly Place[] = [
  { kind: 'podSpec', others: FRAMEWORKS },
  {
    kind: 'objects',
    keys: FRAMEWORKS,
    what: 'server',
    inside: [
      imageAt('image'),
      modelUriAt('storageUri', 'model'),
      // Keys into a secret with the credentials of a bucket: the model is downloaded, whatever the secret says.
      {
        kind: 'forbidden',
        key: 'storage',
        what: 'model',
        expected: 'a model in a registry (storageUri: oci://...)',
        found: 'a model from the storage configuration',
      },
    ],
  },
  eachAt('storageUris', 'models', 'model', modelUriAt('uri', 'model')),
  // By this variable a container of one's own asks KServe to fetch a model for it.
  { kind: 'modelVariable', name: 'STORAGE_URI', what: 'model' },
  objectAt('workerSpec', 'worker', { kind: 'podSpec' }),
];

const inferenceService = inSpec(
  'inference service spec',
  // One place for all three, though only explainers name models of their own: the expression of admission is compiled for every request.
  { kind: 'objects', keys: ['predictor', 'transformer', 'explainer'], what: 'component', inside: component },
  objectAt('explainer', 'explainer', modelUriAt('storageUri', 'model')),
  eachAt('canary', 'canaries', 'canary', objectAt('predictor', 'canary predictor', ...component)),
);

const llmWorkload: readonly Place[] = [podSpecAt('template', 'pod template'), podSpecAt('worker', 'worker pod')];

const llmInferenceService = inSpec(
  'inference service spec',
  objectAt(
    'model',
    'model',
    modelUriAt('uri', 'model'),
    objectAt('lora', 'adapters', eachAt('adapters', 'adapters', 'adapter', modelUriAt('uri', 'adapter'))),
  ),
  ...llmWorkload,
  objectAt('prefill', 'prefill workload', ...llmWorkload),
  objectAt('router', 'router', objectAt('scheduler', 'scheduler', podSpecAt('template', 'scheduler pod'))),
);

const servingRuntime = inSpec('runtime spec', { kind: 'podSpec' }, objectAt('workerSpec', 'worker', { kind: 'podSpec' }));

const modelCache = inSpec('cache spec', modelUriAt('sourceModelUri', 'cached model'));

/** KServe v0.20: what it serves with, and every model that it mounts, downloads or caches on nodes. */
export const KSERVE: ImageKinds = {
  groups: ['serving.kserve.io'],
  kinds: {
    InferenceService: { plural: 'inferenceservices', places: inferenceService },
    LLMInferenceService: { plural: 'llminferenceservices', places: llmInferenceService },
    LLMInferenceServiceConfig: { plural: 'llminferenceserviceconfigs', places: llmInferenceService },
    ServingRuntime: { plural: 'servingruntimes', places: servingRuntime },
    ClusterServingRuntime: { plural: 'clusterservingruntimes', places: servingRuntime },
    TrainedModel: {
      plural: 'trainedmodels',
      places: inSpec('trained model spec', objectAt('model', 'model', modelUriAt('storageUri', 'model'))),
    },
    LocalModelCache: { plural: 'localmodelcaches', places: modelCache },
    LocalModelNamespaceCache: { plural: 'localmodelnamespacecaches', places: modelCache },
    ClusterStorageContainer: {
      plural: 'clusterstoragecontainers',
      places: inSpec('storage container spec', objectAt('container', 'container', imageAt('image', 'container that downloads models'))),
    },
  },
};
