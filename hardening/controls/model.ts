import type { Field } from '../pod/field';
import { observe, undecidable, violation } from '../pod-security/observe';
import type { Observation } from '../pod-security/types';
import { commandLines } from '../server-options/commandLine';
import { recogniseServer } from '../server-options/serverKind';
import type { ModelServerKind } from '../server-options/types';
import { PICKLE_LOAD_FORMATS } from '../server-options/rules/vllm';
import { invocationOf } from './invocation';
import type { ModelPod } from './modelPod';
import type { Control } from './types';

export const OFFLINE_VARIABLES = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'] as const;
export const TRUE_WORDS = ['1', 'on', 'yes', 'true'];
/** Servers that do not know the Hugging Face hub, or have a switch of their own. */
export const WITHOUT_HUB: readonly (ModelServerKind | undefined)[] = ['llamaCpp', 'triton'];

export const MODEL: readonly Control[] = [
  {
    id: 'model-image-digest',
    title: 'models by digest',
    severity: 'block',
    toldBy: 'disallow-unpinned-image',
    reason: 'a tag can point to another model when the next pod starts; the volume does not show which one it got',
    fix: 'write the reference as repository@sha256:DIGEST',
    look: ({ pod }) =>
      pod.spec
        .at('volumes')
        .items()
        .map((volume) => volume.at('image'))
        .filter((image) => !image.isAbsent)
        .flatMap((image) =>
          observe(
            image.at('reference'),
            'repository@sha256:DIGEST',
            (value) => typeof value === 'string' && /@sha256:[0-9a-f]{64}$/.test(value),
          ),
        ),
  },
  {
    id: 'read-only-model',
    title: 'models mounted read-only',
    severity: 'block',
    reason: 'who takes the server over could change the weights, for every later pod that mounts them',
    fix: 'write readOnly: true in the volume mount; scratch space and caches are an emptyDir',
    look: ({ mounts }) =>
      mounts
        .filter(({ volume }) => volume.at('persistentVolumeClaim', 'readOnly').value !== true)
        .flatMap(({ mount }) => observe(mount.at('readOnly'), 'true', (value) => value === true)),
  },
  {
    id: 'verified-weights',
    title: 'weights verified before they are loaded',
    severity: 'advise',
    reason: 'files of a shared volume have no digest in the pod, so nobody verified what the server loads',
    fix: 'mount the model as an image volume by digest, or add an init container that runs model_signing verify',
    look: verifiedWeights,
  },
  {
    id: 'offline-hub',
    title: 'hubs switched off',
    severity: 'block',
    reason: 'a server asks a hub for whatever it misses, and gets what nobody verified',
    fix: 'set HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE to "1" in env',
    look: ({ servers }) =>
      servers
        .filter(({ field }) => !WITHOUT_HUB.includes(serverOf(field)))
        .flatMap(({ field }) => OFFLINE_VARIABLES.flatMap((name) => isOffline(field, name))),
  },
  {
    id: 'safe-load-format',
    title: 'a weight format without code',
    severity: 'advise',
    reason: 'left to itself the server also takes pickled weights, which run code from the model file',
    fix: 'write --load-format safetensors in args',
    look: ({ servers }) => servers.flatMap(({ field }) => loadsSafely(field)),
  },
];

function serverOf(container: Field): ModelServerKind | undefined {
  const invocation = invocationOf(container);
  return recogniseServer(commandLines(invocation, new Map()), invocation.image);
}

function isOffline(container: Field, name: string): readonly Observation[] {
  const env = container.at('env');
  const expected = `${name}="1"`;
  // The last one wins where a name is there twice.
  const variable = env.items().findLast((item) => item.at('name').text === name);
  const unknown = env.unknownAt ?? variable?.at('value').unknownAt;
  if (unknown !== undefined) return [undecidable(unknown, expected)];
  const value = variable?.at('value').text;
  // The value stays out of the message: all we need to say is that it is not a yes.
  if (value !== undefined && TRUE_WORDS.includes(value.toLowerCase())) return [];
  if (variable === undefined) return [{ ...violation(env, expected, 'nothing'), missing: true }];
  return [violation(variable, expected, variable.at('valueFrom').isAbsent ? 'another value' : 'a value from elsewhere')];
}

function loadsSafely(container: Field): readonly Observation[] {
  const server = serverOf(container);
  if (server !== 'vllm' && server !== 'sglang') return [];
  const [args, expected] = [container.at('args'), '--load-format safetensors'];
  const words = commandLines(invocationOf(container), new Map()).flat();
  const at = words.findIndex(({ text }) => /^--load[-_]format(?:=|$)/.test(text ?? ''));
  if (at === -1) {
    const unknown = args.unknownAt ?? words.find(({ text }) => text === undefined);
    return unknown === undefined ? [violation(args, expected, 'no --load-format')] : [undecidable(args.path, expected)];
  }
  const format = words[at]?.text?.split('=')[1] ?? words[at + 1]?.text;
  if (format === undefined) return [undecidable(args.path, expected)];
  // Pickle formats are told by disallow-dangerous-server-options.
  return format === 'auto' && !PICKLE_LOAD_FORMATS.has(format) ? [violation(args, expected, '--load-format auto')] : [];
}

function verifiedWeights({ pod, mounts }: ModelPod): readonly Observation[] {
  const unverified = mounts.filter(({ source, container }) => source !== 'image' && container.kind === 'containers');
  if (unverified.length === 0) return [];
  const verifies = pod.containers
    .filter(({ kind }) => kind === 'initContainers')
    .some(({ field }) =>
      commandLines(invocationOf(field), new Map())
        .flat()
        .some(({ text }) => text !== undefined && /model[-_]signing/.test(text)),
    );
  const expected = 'an image volume by digest, or an init container that runs model_signing verify';
  return verifies
    ? []
    : [...new Set(unverified.map(({ volume }) => volume))].map((volume) =>
        violation(volume, expected, 'a volume whose files nobody verified'),
      );
}
