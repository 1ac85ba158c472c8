/** Serves a language model on GPUs. Which images may run is decided by trust-policy.yaml; whose adapter may, by adapter-signer.pub. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';
import { ModelNamespace, ModelServing } from 'pulumi-model-supply-chain';
import type { GpuMode } from 'pulumi-model-supply-chain';

const config = new pulumi.Config();
const mode = config.get<GpuMode>('gpuMode') ?? 'devicePlugin';
const migProfile = config.get('migProfile');

const namespace = new ModelNamespace('llm-serving');

const assistant = new ModelServing('assistant', {
  server: 'vllm',
  image: config.require('image'),
  model: { reference: config.require('model'), path: 'models' },
  // Fine-tuned by another team, onto a volume: no digest names its files, so their signature is verified whenever a pod starts.
  adapters: [
    {
      name: 'support',
      kind: 'persistentVolumeClaim',
      claimName: 'support-adapter',
      claimAccessMode: 'ReadOnlyMany',
      verify: { image: config.require('verifier'), publicKey: readFileSync(path.join(__dirname, 'adapter-signer.pub'), 'utf8') },
    },
  ],
  namespace: namespace.name,
  replicas: 2,
  gpu: migProfile ? { mode, count: 1, migProfile } : { mode, count: 2, tensorParallelSize: 2 },
  memory: '64Gi',
  cpu: '8',
  args: ['--max-model-len', '32768'],
  startupSeconds: 1800,
});

/** Where other pods of the cluster reach the model, with the OpenAI API: names `assistant` and `support`. */
export const endpoint = assistant.endpoint;
