import * as pulumi from '@pulumi/pulumi';

import type { ModelGpuArgs, ModelServer, ModelServingArgs } from '../../../../components';
import { modelServingManifests } from '../../../../components/serving/manifests';
import type { ModelServingManifests } from '../../../../components/serving/manifests';
import { modelServingSettings } from '../../../../components/serving/settings';

const DIGEST = `sha256:${'a'.repeat(64)}`;
export const IMAGE = `ghcr.io/acme/ml-models/sentiment-serving@${DIGEST}`;
export const MODEL = `ghcr.io/acme/ml-models/sentiment@sha256:${'b'.repeat(64)}`;
export const OTHER = `ghcr.io/acme/ml-models/other@sha256:${'c'.repeat(64)}`;
export const VERIFIER = `ghcr.io/acme/tools/model-signing@sha256:${'d'.repeat(64)}`;
export const PUBLIC_KEY = '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n';

export type Rendered = pulumi.Unwrap<ModelServingManifests>;
export type RenderedPod = NonNullable<NonNullable<Rendered['deployment']['spec']>['template']['spec']>;
export type RenderedContainer = RenderedPod['containers'][number];

/** Manifests as the API server would get them: without undefined fields. All arguments must be plain, so everything in them is. */
export function render(args: Partial<ModelServingArgs> = {}, name = 'sentiment'): Rendered {
  const settings = modelServingSettings(name, { image: IMAGE, model: { reference: MODEL }, ...args });
  return JSON.parse(JSON.stringify(modelServingManifests(name, settings)));
}

export const podOf = (args?: Partial<ModelServingArgs>): RenderedPod => render(args).deployment.spec.template.spec!;
export const serverOf = (args?: Partial<ModelServingArgs>): RenderedContainer => podOf(args).containers[0]!;
export const environmentOf = (args?: Partial<ModelServingArgs>): Record<string, string> =>
  Object.fromEntries(serverOf(args).env!.map(({ name, value }) => [name, value!]));
export const annotationsOf = (args?: Partial<ModelServingArgs>): Record<string, string> =>
  render(args).deployment.spec.template.metadata!.annotations!;

/** The details of the error that the arguments give; none when they are accepted. */
export function problemsOf(args: object, name = 'sentiment'): readonly pulumi.InputPropertyErrorDetails[] {
  try {
    modelServingSettings(name, { image: IMAGE, model: { reference: MODEL }, ...args });
  } catch (error) {
    if (pulumi.InputPropertiesError.isInstance(error)) {
      return error.errors;
    }
    throw error;
  }
  return [];
}

export const pathsOf = (args: object, name?: string): readonly string[] => problemsOf(args, name).map(({ propertyPath }) => propertyPath);

/** One valid set of arguments for every server, kind of model and way to ask for accelerators: all of them go with each other. */
export const SERVERS: readonly ModelServer[] = ['vllm', 'triton', 'nim', 'tgi', 'sglang', 'llamaCpp', 'custom'];
const verify = { image: VERIFIER, publicKey: PUBLIC_KEY };
const SOURCES = {
  imageVolume: { kind: 'imageVolume', reference: MODEL },
  persistentVolumeClaim: { kind: 'persistentVolumeClaim', claimName: 'weights', verify },
  initContainerCopy: { kind: 'initContainerCopy', reference: MODEL },
} as const;
const GPUS: Readonly<Record<string, ModelGpuArgs | undefined>> = {
  'no accelerator': undefined,
  'a GPU': { count: 1 },
  'a MIG partition': { count: 1, migProfile: '1g.10gb' },
  'two GPUs in parallel': { count: 2, tensorParallelSize: 2 },
  'a claim': { mode: 'dra', count: 1 },
  'a TPU': { count: 4, resourceName: 'google.com/tpu', products: ['tpu-v5-lite-podslice'] },
};

export interface Combination {
  readonly title: string;
  readonly server: ModelServer;
  readonly args: Partial<ModelServingArgs>;
}

/** Every server with every kind of model and every way to ask for accelerators. */
export const COMBINATIONS: readonly Combination[] = SERVERS.flatMap((server) =>
  Object.entries(SOURCES).flatMap(([kind, source]) =>
    Object.entries(GPUS).map(([accelerator, gpu]) => ({
      title: `${server}, ${kind}, ${accelerator}`,
      server,
      args: { server, model: { ...source, ...(server === 'llamaCpp' && { file: 'model.gguf' }) }, ...(gpu && { gpu: { ...gpu } }) },
    })),
  ),
);
