import type { ArgumentProblems } from '../../arguments/argumentProblems';
import { shown } from '../../arguments/argumentChecks';
import { unknownArguments } from '../../arguments/unknownArguments';
import type { ModelServingArgs } from '../args';
import type { ModelAdapterArgs, ModelFilesArgs, ServedModelArgs } from '../args/model';
import type { ServerPreset } from '../presets/types';
import { filesMount, separateMounts } from './filesMount';
import type { FilesMount } from './files';

const FILES_ARGUMENTS: Readonly<Record<keyof ModelFilesArgs, true>> = {
  kind: true,
  reference: true,
  path: true,
  mountPath: true,
  mountShape: true,
  claimName: true,
  claimAccessMode: true,
  sizeLimit: true,
  copyCommand: true,
  verify: true,
  unverifiedUnsafe: true,
};
const MODEL_ARGUMENTS: Readonly<Record<keyof ServedModelArgs, true>> = { ...FILES_ARGUMENTS, file: true, name: true };
const ADAPTER_ARGUMENTS: Readonly<Record<keyof ModelAdapterArgs, true>> = { ...FILES_ARGUMENTS, file: true, name: true };

/** Clients ask for it by this name, and a volume, a container and an annotation of the pod bear it: so it has to fit a label. */
const ADAPTER_NAME = /^[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?$/;

/** Longest and safest name under which clients ask for a model: it stands on a command line. */
const MODEL_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_./]{0,126}[A-Za-z0-9])?$/;

/** Everything that the server loads. */
export interface ServedFilesSettings {
  readonly model: FilesMount;
  readonly adapters: readonly FilesMount[];
  readonly tokenizer: FilesMount | undefined;
  readonly draftModel: FilesMount | undefined;
}

/** All mounts of them, the model first. */
export function allMounts({ model, adapters, tokenizer, draftModel }: ServedFilesSettings): readonly FilesMount[] {
  return [model, ...adapters, ...(tokenizer ? [tokenizer] : []), ...(draftModel ? [draftModel] : [])];
}

/** Judges model, adapters, tokenizer and draft model, alone and beside each other. */
export function servedFiles(name: string, args: ModelServingArgs, preset: ServerPreset, problems: ArgumentProblems): ServedFilesSettings {
  // Nothing, from callers that no type checks, is a model without a reference.
  const model = (args.model as ServedModelArgs | undefined) ?? {};
  const files: ServedFilesSettings = {
    model: modelMount('model', model, { name: model.name ?? name, volume: 'model-weights', mountPath: '/models' }, preset, problems),
    adapters: (args.adapters ?? []).map((adapter, index) => adapterMount(`adapters[${index}]`, adapter, preset, problems)),
    tokenizer: args.tokenizer && tokenizerMount(args.tokenizer, problems),
    draftModel:
      args.draftModel &&
      modelMount(
        'draftModel',
        args.draftModel,
        { name: 'draft-model', volume: 'draft-model', mountPath: '/draft-model' },
        preset,
        problems,
      ),
  };
  for (const kind of ['adapters', 'tokenizer', 'draftModel'] as const) {
    if (args[kind] !== undefined && !preset.loads[kind === 'adapters' ? 'adapters' : kind]) {
      problems.add(kind, {
        expected: `nothing: ${preset.title} does not load it by an option of its own`,
        found: 'files',
        fix: 'put them into the model, or choose another server',
      });
    }
  }
  uniqueNames(files.adapters, problems);
  const writable = preset.writableDirectories.map(({ path }) => path);
  separateMounts(allMounts(files), writable, problems);
  return files;
}

function modelMount(
  argument: string,
  args: ServedModelArgs,
  place: { readonly name: string; readonly volume: string; readonly mountPath: string },
  preset: ServerPreset,
  problems: ArgumentProblems,
): FilesMount {
  unknownArguments(argument, args, MODEL_ARGUMENTS, problems);
  modelFile(argument, args.file, preset, problems);
  if (args.name !== undefined && !MODEL_NAME.test(args.name)) {
    problems.add(`${argument}.name`, {
      expected: 'at most 128 letters, digits, hyphens, underscores, dots and slashes',
      found: shown(args.name),
      fix: 'rename it: clients write it into their requests',
    });
  }
  return filesMount({ ...place, argument, file: args.file }, args, problems);
}

function adapterMount(argument: string, args: ModelAdapterArgs, preset: ServerPreset, problems: ArgumentProblems): FilesMount {
  unknownArguments(argument, args, ADAPTER_ARGUMENTS, problems);
  modelFile(argument, args.file, preset, problems);
  const { name } = args;
  if (typeof name !== 'string' || !ADAPTER_NAME.test(name)) {
    problems.add(`${argument}.name`, {
      expected: 'at most 40 lower-case letters, digits and hyphens',
      found: shown(name),
      fix: 'rename it: its volume bears this name too',
    });
  }
  return filesMount({ argument, name, volume: `adapter-${name}`, mountPath: `/adapters/${name}`, file: args.file }, args, problems);
}

function tokenizerMount(args: ModelFilesArgs, problems: ArgumentProblems): FilesMount {
  unknownArguments('tokenizer', args, FILES_ARGUMENTS, problems);
  return filesMount(
    { argument: 'tokenizer', name: 'tokenizer', volume: 'tokenizer', mountPath: '/tokenizer', file: undefined },
    args,
    problems,
  );
}

function modelFile(argument: string, file: string | undefined, preset: ServerPreset, problems: ArgumentProblems): void {
  if (preset.modelIsFile && file === undefined) {
    problems.add(`${argument}.file`, {
      expected: `the file that ${preset.title} loads`,
      found: 'nothing',
      fix: 'name it, relative to the directory of the files: "model.gguf"',
    });
  }
  if (!preset.modelIsFile && file !== undefined && preset.command !== undefined) {
    problems.add(`${argument}.file`, { expected: `no file: ${preset.title} loads a directory`, found: shown(file), fix: 'remove it' });
  }
}

function uniqueNames(adapters: readonly FilesMount[], problems: ArgumentProblems): void {
  for (const [index, { argument, name }] of adapters.entries()) {
    if (adapters.slice(0, index).some((earlier) => earlier.name === name)) {
      problems.add(`${argument}.name`, { expected: 'a name of its own', found: shown(name), fix: 'rename one of the two adapters' });
    }
  }
}
