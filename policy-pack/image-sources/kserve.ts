import { imageAt, insideEach, insideObject, presentAt } from './descend';
import { all, inSpec, podSpecAt } from './kinds';
import type { KindFamily, KindReader } from './kinds';
import { modelUriAt } from './modelUri';
import { podSpecSites } from './podSpec';
import { isObject, readProperty } from './readProperty';
import type { PropertyNode } from './readProperty';
import type { ImageSite } from './types';

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

/** The variable by which a container of one's own asks KServe to fetch a model for it. */
const STORAGE_URI_VARIABLE = 'STORAGE_URI';

const MODEL = 'model';

/** A pod spec in a place of its own: metadata of its pods comes from the resource. */
const barePodSpec: KindReader = (spec) => podSpecSites(spec);

/** The containers of the frameworks that a component names. */
function frameworkServers(component: PropertyNode): readonly PropertyNode[] {
  return FRAMEWORKS.flatMap((framework) => {
    const server = readProperty(component, framework);
    return server.kind === 'present' && isObject(server.value) ? [{ path: server.path, value: server.value }] : [];
  });
}

/** Predictor, transformer or explainer: a pod spec whose fields stand beside those of the component. */
const component: KindReader = all(
  (holder) => podSpecSites(holder, undefined, frameworkServers(holder)),
  (holder) => FRAMEWORKS.flatMap((framework) => insideObject(holder, framework, `${framework} server`, frameworkSites(framework))),
  (holder) => insideEach(holder, 'storageUris', { list: 'models', item: 'model' }, (item) => modelUriAt(item, 'uri', 'model')),
  storageVariables,
  (holder) => insideObject(holder, 'workerSpec', 'worker', barePodSpec),
);

const frameworkSites = (framework: string): KindReader =>
  all(
    (server) => imageAt(server, 'image', `${framework} server`),
    (server) => modelUriAt(server, 'storageUri', 'model'),
    // Keys into a secret with the credentials of a bucket: the model is downloaded, whatever the secret says.
    (server) =>
      presentAt(server, 'storage', 'model', 'a model in a registry (storageUri: oci://...)', 'a model from the storage configuration'),
  );

/** What could hide the variable (unknown containers, an unknown environment) is left out: podSpecSites tells it where it hides an image. */
function storageVariables(component: PropertyNode): readonly ImageSite[] {
  const sites = insideEach(component, 'containers', { list: 'containers', item: 'container' }, (container) =>
    insideEach(container, 'env', { list: 'environment', item: 'environment variable' }, (variable) => {
      const name = readProperty(variable, 'name');
      return name.kind === 'present' && name.value === STORAGE_URI_VARIABLE ? modelUriAt(variable, 'value', MODEL) : [];
    }),
  );
  return sites.filter((site) => site.what === MODEL);
}

const inferenceService: KindReader = inSpec(
  'inference service spec',
  all(
    (spec) => insideObject(spec, 'predictor', 'predictor', component),
    (spec) => insideObject(spec, 'transformer', 'transformer', component),
    (spec) =>
      insideObject(
        spec,
        'explainer',
        'explainer',
        all(component, (explainer) => modelUriAt(explainer, 'storageUri', 'model')),
      ),
    (spec) =>
      insideEach(spec, 'canary', { list: 'canaries', item: 'canary' }, (canary) =>
        insideObject(canary, 'predictor', 'canary predictor', component),
      ),
  ),
);

const llmWorkload: KindReader = all(podSpecAt('template', 'pod template'), podSpecAt('worker', 'worker pod'));

const llmModel: KindReader = all(
  (model) => modelUriAt(model, 'uri', 'model'),
  (model) =>
    insideObject(model, 'lora', 'adapters', (lora) =>
      insideEach(lora, 'adapters', { list: 'adapters', item: 'adapter' }, (adapter) => modelUriAt(adapter, 'uri', 'adapter')),
    ),
);

const llmInferenceService: KindReader = inSpec(
  'inference service spec',
  all(
    (spec) => insideObject(spec, 'model', 'model', llmModel),
    llmWorkload,
    (spec) => insideObject(spec, 'prefill', 'prefill workload', llmWorkload),
    (spec) =>
      insideObject(spec, 'router', 'router', (router) =>
        insideObject(router, 'scheduler', 'scheduler', podSpecAt('template', 'scheduler pod')),
      ),
  ),
);

const servingRuntime: KindReader = inSpec(
  'runtime spec',
  all(barePodSpec, (spec) => insideObject(spec, 'workerSpec', 'worker', barePodSpec)),
);

const modelCache: KindReader = inSpec('cache spec', (spec) => modelUriAt(spec, 'sourceModelUri', 'cached model'));

/** KServe v0.20: what it serves with, and every model that it mounts, downloads or caches on nodes. */
export const KSERVE: KindFamily = {
  groups: new Set(['serving.kserve.io']),
  readers: new Map<string, KindReader>([
    ['InferenceService', inferenceService],
    ['LLMInferenceService', llmInferenceService],
    ['LLMInferenceServiceConfig', llmInferenceService],
    ['ServingRuntime', servingRuntime],
    ['ClusterServingRuntime', servingRuntime],
    [
      'TrainedModel',
      inSpec('trained model spec', (spec) => insideObject(spec, 'model', 'model', (model) => modelUriAt(model, 'storageUri', 'model'))),
    ],
    ['LocalModelCache', modelCache],
    ['LocalModelNamespaceCache', modelCache],
    [
      'ClusterStorageContainer',
      inSpec('storage container spec', (spec) =>
        insideObject(spec, 'container', 'container', (container) => imageAt(container, 'image', 'container that downloads models')),
      ),
    ],
  ]),
};
