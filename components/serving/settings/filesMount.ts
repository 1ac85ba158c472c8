import type * as pulumi from '@pulumi/pulumi';

import { byteQuantity, choice, secretName, shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems } from '../../arguments/argumentProblems';
import { isPlain, mapInput } from '../../arguments/mapInput';
import { ClaimAccessMode, ModelMountShape, ModelSourceKind } from '../args/model';
import type { ModelFilesArgs } from '../args/model';
import { commandWord, filesReference, modelMountPath, relativePath } from '../checks';
import type { FilesMount, FilesSource } from './files';
import { filesVerification } from './filesVerification';

/** Where an init container finds the directory that it copies into. */
export const COPY_TARGET = '/copy';

/** Directory of a model image whose files are copied: the root would bring along the programs of the image. */
const COPIED_PATH = 'models';
const COPY_SIZE_LIMIT = '20Gi';

/** Arguments that make sense for one kind only. */
const ARGUMENTS_OF_KIND: Readonly<Record<ModelSourceKind, readonly (keyof ModelFilesArgs)[]>> = {
  imageVolume: ['reference', 'mountShape'],
  persistentVolumeClaim: ['claimName', 'claimAccessMode', 'unverifiedUnsafe'],
  initContainerCopy: ['reference', 'sizeLimit', 'copyCommand', 'unverifiedUnsafe'],
};
const KIND_ARGUMENTS = [...new Set(Object.values(ARGUMENTS_OF_KIND).flat())];

/** What is known of files before their arguments are read. */
export interface FilesPlace {
  readonly argument: string;
  readonly name: string;
  readonly volume: string;
  readonly mountPath: string;
  /** The one file that the server opens, for servers that do not open directories. */
  readonly file: string | undefined;
}

/** Judges the arguments of one set of files, and decides how it is mounted. */
export function filesMount(place: FilesPlace, args: ModelFilesArgs, problems: ArgumentProblems): FilesMount {
  const at = (argument: string) => `${place.argument}.${argument}`;
  const kind = sourceKind(at('kind'), args.kind, problems);
  for (const argument of KIND_ARGUMENTS) {
    if (args[argument] !== undefined && !ARGUMENTS_OF_KIND[kind].includes(argument)) {
      problems.add(at(argument), {
        expected: `no such argument with kind "${kind}"`,
        found: 'one',
        fix: 'remove it, or choose another kind',
      });
    }
  }
  if (args.path !== undefined) {
    problems.add(at('path'), relativePath(args.path));
  }
  if (place.file !== undefined) {
    problems.add(at('file'), relativePath(place.file));
  }
  const mountPath = problems.check(at('mountPath'), args.mountPath ?? place.mountPath, modelMountPath);
  const subPath = mountedSubPath(args, kind, at, problems);
  // A copy holds the files of the directory only; a mounted volume holds the whole image, and the server is pointed into it.
  const inside = kind === 'initContainerCopy' || subPath !== undefined ? undefined : args.path;
  const directory = join(mountPath, inside);
  const source = filesSource(kind, args, at, problems);
  return {
    argument: place.argument,
    name: place.name,
    volume: place.volume,
    mountPath,
    subPath,
    directory,
    servedPath: join(directory, place.file),
    source,
    ...filesVerification(source, args, at, problems),
  };
}

function sourceKind(path: string, kind: ModelSourceKind | undefined, problems: ArgumentProblems): ModelSourceKind {
  const complaint = kind === undefined ? undefined : choice(Object.values(ModelSourceKind))(kind);
  problems.add(path, complaint);
  return complaint === undefined ? (kind ?? 'imageVolume') : 'imageVolume';
}

function mountedSubPath(
  { mountShape, path }: ModelFilesArgs,
  kind: ModelSourceKind,
  at: (argument: string) => string,
  problems: ArgumentProblems,
): string | undefined {
  if (mountShape === undefined || kind !== 'imageVolume') {
    return undefined;
  }
  problems.add(at('mountShape'), choice(Object.values(ModelMountShape))(mountShape));
  if (mountShape === 'subPath' && path === undefined) {
    problems.add(at('path'), { expected: 'the directory to mount', found: 'nothing', fix: `set it, or leave ${at('mountShape')} out` });
  }
  return mountShape === 'subPath' ? path : undefined;
}

function filesSource(
  kind: ModelSourceKind,
  args: ModelFilesArgs,
  at: (argument: string) => string,
  problems: ArgumentProblems,
): FilesSource {
  // What is missing is complained about; the stand-in never gets into a pod.
  const reference = () => problems.check(at('reference'), args.reference ?? '', filesReference);
  switch (kind) {
    case 'imageVolume':
      return { kind, reference: reference() };
    case 'persistentVolumeClaim': {
      const accessMode = args.claimAccessMode ?? 'ReadWriteOnce';
      problems.add(at('claimAccessMode'), choice(Object.values(ClaimAccessMode))(accessMode));
      return {
        kind,
        claimName: problems.check(at('claimName'), args.claimName ?? '', secretName),
        singleNode: accessMode === 'ReadWriteOnce' || accessMode === 'ReadWriteOncePod',
      };
    }
    case 'initContainerCopy':
      return {
        kind,
        reference: reference(),
        command: args.copyCommand?.map((word, index) => problems.check(`${at('copyCommand')}[${index}]`, word, commandWord)) ?? [
          'cp',
          '-R',
          `/${args.path ?? COPIED_PATH}/.`,
          COPY_TARGET,
        ],
        sizeLimit: problems.check(at('sizeLimit'), args.sizeLimit ?? COPY_SIZE_LIMIT, byteQuantity),
      };
  }
}

function join(directory: pulumi.Input<string>, rest: string | undefined): pulumi.Input<string> {
  return rest === undefined ? directory : mapInput(directory, (path) => `${path}/${rest}`);
}

/**
 * Complains about mounts inside each other: a runtime cannot make the mount point of one inside a read-only other one.
 *
 * @param taken Directories that the server writes to.
 */
export function separateMounts(mounts: readonly FilesMount[], taken: readonly string[], problems: ArgumentProblems): void {
  const earlier = taken.map((path) => ({ what: 'a directory of the server', path }));
  for (const { argument, mountPath } of mounts) {
    if (!isPlain(mountPath)) {
      continue;
    }
    const other = earlier.find(({ path }) => within(path, mountPath) || within(mountPath, path));
    if (other !== undefined) {
      problems.add(`${argument}.mountPath`, {
        expected: 'a directory of its own',
        found: `${shown(mountPath)}, which meets ${other.what} (${shown(other.path)})`,
        fix: 'choose another directory',
      });
    }
    earlier.push({ what: `${argument}.mountPath`, path: mountPath });
  }
}

const within = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
