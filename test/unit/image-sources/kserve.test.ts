import { imageSites } from '../../../policy-pack/image-sources';
import { engineProps, UNKNOWN } from './engineProps';

const SERVING = 'kubernetes:serving.kserve.io/v1beta1:InferenceService';
const LLM = 'kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService';

/** Path and reference of every site; what is not known is told as its kind. */
const found = (type: string, spec: unknown): readonly string[] =>
  imageSites(type, engineProps({ spec })).map(({ path, value }) => `${path} ${value.kind === 'known' ? value.reference : value.kind}`);

describe('when the resource is an InferenceService', () => {
  it('finds the containers and image volumes of a predictor of its own', () => {
    const predictor = {
      containers: [{ name: 'kserve-container', image: 'registry/server' }],
      initContainers: [{ name: 'verify', image: 'registry/verify' }],
      volumes: [{ name: 'weights', image: { reference: 'registry/weights' } }],
      workerSpec: { containers: [{ name: 'worker-container', image: 'registry/worker' }] },
    };
    expect(found(SERVING, { predictor })).toEqual([
      'spec.predictor.containers[0].image registry/server',
      'spec.predictor.initContainers[0].image registry/verify',
      'spec.predictor.volumes[0].image.reference registry/weights',
      'spec.predictor.workerSpec.containers[0].image registry/worker',
    ]);
  });

  it.each(['model', 'sklearn', 'xgboost', 'tensorflow', 'pytorch', 'triton', 'onnx', 'huggingface', 'pmml', 'lightgbm', 'paddle'])(
    'finds the image and the model of a %s predictor',
    (framework) => {
      expect(found(SERVING, { predictor: { [framework]: { image: 'registry/server', storageUri: 'oci://registry/model' } } })).toEqual([
        `spec.predictor.${framework}.image registry/server`,
        `spec.predictor.${framework}.storageUri registry/model`,
      ]);
    },
  );

  it('finds several models, transformers, explainers and canaries', () => {
    const spec = {
      predictor: { model: {}, storageUris: [{ uri: 'oci+native://registry/base' }, { uri: 'oci://registry/adapter' }] },
      transformer: { containers: [{ image: 'registry/transformer' }] },
      explainer: { art: { image: 'registry/art' }, storageUri: 'oci://registry/explained' },
      canary: [{ predictor: { name: 'next', model: { storageUri: 'oci://registry/next' } }, trafficPercent: 10 }],
    };
    expect(found(SERVING, spec)).toEqual([
      'spec.predictor.storageUris[0].uri registry/base',
      'spec.predictor.storageUris[1].uri registry/adapter',
      'spec.transformer.containers[0].image registry/transformer',
      'spec.explainer.art.image registry/art',
      'spec.explainer.storageUri registry/explained',
      'spec.canary[0].predictor.model.storageUri registry/next',
    ]);
  });

  it('finds the model that a container asks for by the variable STORAGE_URI', () => {
    const env = [
      { name: 'MODEL_NAME', value: 'sentiment' },
      { name: 'STORAGE_URI', value: 'oci://registry/hidden' },
    ];
    expect(found(SERVING, { predictor: { containers: [{ image: 'registry/server', env }] } })).toEqual([
      'spec.predictor.containers[0].image registry/server',
      'spec.predictor.containers[0].env[1].value registry/hidden',
    ]);
  });

  it('tells an unknown part once, and no unknown environment', () => {
    expect(found(SERVING, { predictor: { containers: UNKNOWN } })).toEqual(['spec.predictor.containers unknown']);
    expect(found(SERVING, { predictor: { containers: [{ image: 'registry/server', env: UNKNOWN }] } })).toEqual([
      'spec.predictor.containers[0].image registry/server',
    ]);
    expect(found(SERVING, { predictor: { model: { storageUri: UNKNOWN } } })).toEqual(['spec.predictor.model.storageUri unknown']);
  });

  it('reports a model from the storage configuration, which the server downloads', () => {
    expect(imageSites(SERVING, engineProps({ spec: { predictor: { model: { storage: { key: 'minio', path: 'model' } } } } }))).toEqual([
      {
        path: 'spec.predictor.model.storage',
        what: 'model',
        value: {
          kind: 'unreadable',
          expected: 'a model in a registry (storageUri: oci://...)',
          found: 'a model from the storage configuration',
        },
      },
    ]);
  });

  it('is found by its manifest under a token of another kind, without a readable apiVersion too', () => {
    const spec = { predictor: { model: { storageUri: 'oci://registry/model' } } };
    for (const apiVersion of ['serving.kserve.io/v1beta1', UNKNOWN, 5]) {
      const props = engineProps({ apiVersion, kind: 'InferenceService', spec });
      expect(imageSites('kubernetes:acme.example/v1:Widget', props)).toHaveLength(1);
    }
    const foreign = engineProps({ apiVersion: 'acme.example/v1', kind: 'InferenceService', spec });
    expect(imageSites('kubernetes:acme.example/v1:InferenceService', foreign)).toEqual([]);
  });

  it.each(['InferenceServicePatch', 'InferenceServiceList'])('is found as %s', (kind) => {
    const spec = { predictor: { model: { storageUri: 'oci://registry/model' } } };
    const props = kind.endsWith('List') ? { items: [{ spec }] } : { spec };
    expect(imageSites(`kubernetes:serving.kserve.io/v1beta1:${kind}`, engineProps(props))).toHaveLength(1);
  });
});

describe('when the URI of a model is', () => {
  const valueOf = (storageUri: unknown) =>
    imageSites(SERVING, engineProps({ spec: { predictor: { model: { storageUri } } } })).map(({ value }) => value);

  it.each([
    ['oci://ghcr.io/acme/sentiment@sha256:00', 'ghcr.io/acme/sentiment@sha256:00'],
    ['oci+native://ghcr.io/acme/sentiment:v1', 'ghcr.io/acme/sentiment:v1'],
    ['oci+modelcar://ghcr.io/acme/sentiment', 'ghcr.io/acme/sentiment'],
    ['oci+whatever://ghcr.io/acme/sentiment', 'ghcr.io/acme/sentiment'],
    ['oci://', ''],
  ])('%p, it is the image %p', (uri, reference) => {
    expect(valueOf(uri)).toEqual([{ kind: 'known', reference }]);
  });

  it('a claim, no image is named', () => {
    expect(valueOf('pvc://models/sentiment')).toEqual([]);
  });

  it.each([
    ['hf://acme/sentiment', 'a model that the server downloads from hf:// when it starts, unverified'],
    ['s3://bucket/sentiment', 'a model that the server downloads from s3:// when it starts, unverified'],
    ['https://user:secret@host/x', 'a model that the server downloads from https:// when it starts, unverified'],
    ['OCI://ghcr.io/acme/sentiment', 'a model that the server downloads from OCI:// when it starts, unverified'],
    ['/mnt/models', 'a model URI without a scheme'],
    ['', 'a model URI without a scheme'],
  ])('%p, it cannot be verified', (uri, what) => {
    expect(valueOf(uri)).toEqual([expect.objectContaining({ kind: 'unreadable', found: what })]);
  });

  it('no text, it cannot be read', () => {
    expect(valueOf(5)).toEqual([{ kind: 'unreadable', expected: 'the URI of a model', found: 'a number' }]);
  });
});

describe('when the resource is another kind of KServe', () => {
  const template = { containers: [{ name: 'main', image: 'registry/vllm' }] };

  it.each(['LLMInferenceService', 'LLMInferenceServiceConfig'])('finds model, adapters and every pod of a %s', (kind) => {
    const spec = {
      model: { uri: 'oci+native://registry/base', lora: { adapters: [{ uri: 'oci://registry/adapter' }] } },
      template,
      worker: template,
      prefill: { template, worker: template },
      router: { scheduler: { template: { containers: [{ image: 'registry/scheduler' }] } } },
    };
    expect(found(LLM.replace('LLMInferenceService', kind), spec)).toEqual([
      'spec.model.uri registry/base',
      'spec.model.lora.adapters[0].uri registry/adapter',
      'spec.template.containers[0].image registry/vllm',
      'spec.worker.containers[0].image registry/vllm',
      'spec.prefill.template.containers[0].image registry/vllm',
      'spec.prefill.worker.containers[0].image registry/vllm',
      'spec.router.scheduler.template.containers[0].image registry/scheduler',
    ]);
  });

  it('reports a model from a hub', () => {
    expect(found(LLM, { model: { uri: 'hf://acme/llama' } })).toEqual(['spec.model.uri unreadable']);
  });

  it.each([
    [
      'v1alpha1:ServingRuntime',
      { containers: template.containers, workerSpec: template },
      ['spec.containers[0].image', 'spec.workerSpec.containers[0].image'],
    ],
    ['v1alpha1:ClusterServingRuntime', template, ['spec.containers[0].image']],
    ['v1alpha1:TrainedModel', { model: { storageUri: 'oci://registry/vllm' } }, ['spec.model.storageUri']],
    ['v1alpha1:LocalModelCache', { sourceModelUri: 'oci://registry/vllm' }, ['spec.sourceModelUri']],
    ['v1alpha1:LocalModelNamespaceCache', { sourceModelUri: 'oci://registry/vllm' }, ['spec.sourceModelUri']],
    ['v1alpha1:ClusterStorageContainer', { container: { image: 'registry/vllm' } }, ['spec.container.image']],
  ])('finds what %s names', (token, spec, paths) => {
    expect(found(`kubernetes:serving.kserve.io/${token}`, spec)).toEqual(paths.map((path) => `${path} registry/vllm`));
  });
});
