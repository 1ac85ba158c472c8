import type * as pulumi from '@pulumi/pulumi';

import { byteQuantity, cpuQuantity, shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems } from '../../arguments/argumentProblems';
import { mapInputs } from '../../arguments/mapInput';
import { bytesOf, sumOfBytes } from '../../arguments/quantity';
import type { ModelServingArgs } from '../args';
import type { ServerPreset } from '../presets/types';
import type { GpuSettings } from './gpu';
import { allMounts } from './servedFiles';
import type { ServedFilesSettings } from './servedFiles';

type Text = pulumi.Input<string>;

/** What each replica gets, and no more. */
export interface ResourceSettings {
  readonly cpu: Text;
  readonly memory: Text;
  /** Scratch space, and copies of models. */
  readonly ephemeralStorage: Text;
  /** Limit of each scratch directory. */
  readonly scratch: Text;
  /** Size of /dev/shm; `undefined` keeps that of the runtime. */
  readonly sharedMemory: Text | undefined;
}

const MEMORY = '4Gi';
const MEMORY_WHEN_PARALLEL = '16Gi';
const SHARED_MEMORY = '1Gi';
const SHARED_MEMORY_WHEN_PARALLEL = '8Gi';

/** Judges the amounts. Shared memory counts as memory of the container: one as large as the other kills the server when it is used. */
export function resourceSettings(
  args: ModelServingArgs,
  gpu: GpuSettings | undefined,
  preset: ServerPreset,
  files: ServedFilesSettings,
  problems: ArgumentProblems,
): ResourceSettings {
  const parallel = (gpu?.tensorParallelSize ?? 1) > 1;
  const memory = problems.check('memory', args.memory ?? (parallel ? MEMORY_WHEN_PARALLEL : MEMORY), byteQuantity);
  const scratch = problems.check('ephemeralStorage', args.ephemeralStorage ?? '2Gi', byteQuantity);
  const copies = allMounts(files).flatMap(({ source }) => (source.kind === 'initContainerCopy' ? [source.sizeLimit] : []));
  return {
    cpu: problems.check('cpu', args.cpu ?? '2', cpuQuantity),
    memory,
    ephemeralStorage: copies.reduce((sum, copy) => mapInputs(sum, copy, sumOfBytes), scratch),
    scratch,
    sharedMemory:
      gpu || preset.sharesMemory
        ? sharedMemory(args.gpu?.sharedMemory ?? (parallel ? SHARED_MEMORY_WHEN_PARALLEL : SHARED_MEMORY), memory, problems)
        : undefined,
  };
}

function sharedMemory(size: Text, memory: Text, problems: ArgumentProblems): Text {
  const checked = problems.check('gpu.sharedMemory', size, byteQuantity);
  return problems.checkBeside('gpu.sharedMemory', checked, memory, (shared, all) =>
    bytesOf(shared) >= bytesOf(all)
      ? {
          expected: `less than memory (${shown(all)}), of which it is a part`,
          found: shown(shared),
          fix: 'raise memory, or lower gpu.sharedMemory',
        }
      : undefined,
  );
}
