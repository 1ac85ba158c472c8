/** Serves a language model under KServe. Which images and models may run is decided by trust-policy.yaml, which the policy pack asks. */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ModelNamespace, ModelServing } from 'pulumi-model-supply-chain';

const config = new pulumi.Config();

const namespace = new ModelNamespace(config.get('namespace') ?? 'llm-serving', { quota: { gpus: { 'nvidia.com/gpu': 8 }, pods: 20 } });

const assistant = new ModelServing('assistant', {
  server: 'vllm',
  runtime: 'kserve',
  image: config.require('image'),
  model: { reference: config.require('model') },
  namespace: namespace.name,
  gpu: { count: config.getNumber('gpus') ?? 1 },
  autoscaling: {
    kind: 'keda',
    minReplicas: 2,
    maxReplicas: 4,
    prometheus: 'http://prometheus-operated.monitoring.svc:9090',
  },
  monitoring: {},
  route: { gateway: 'public', gatewayNamespace: 'edge', hostnames: ['assistant.models.acme.example'], timeoutSeconds: 600 },
});

/** Where other pods of the cluster reach the model. */
export const endpoint = assistant.endpoint;

/** What runs, by digest, as a CycloneDX bill of materials. */
export const mlBom = assistant.mlBom;

// Written by hand, without our components: the policy pack looks at its model all the same.
const existingStorageUri = config.get('existingStorageUri');
if (existingStorageUri) {
  new k8s.apiextensions.CustomResource('existing', {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'existing', namespace: namespace.name },
    spec: { predictor: { model: { modelFormat: { name: 'huggingface' }, storageUri: existingStorageUri } } },
  });
}
