import type * as pulumi from '@pulumi/pulumi';

import { integer } from '../../arguments/argumentChecks';
import type { ArgumentProblems } from '../../arguments/argumentProblems';
import { allMounts } from './servedFiles';
import type { ServedFilesSettings } from './servedFiles';
import type { FilesMount } from './files';

const MAXIMUM_REPLICAS = 10_000;

/** Judges the number of pods, alone and beside the volumes: pods of other nodes would wait for theirs forever. */
export function replicaSettings(
  replicas: pulumi.Input<number>,
  files: ServedFilesSettings,
  problems: ArgumentProblems,
): pulumi.Input<number> {
  const counted = problems.check(
    'replicas',
    replicas,
    integer(`a whole number from 0 to ${MAXIMUM_REPLICAS}`, 0, MAXIMUM_REPLICAS, 'set the number of pods'),
  );
  const single = singleNodeMount(files);
  return single === undefined
    ? counted
    : problems.check('replicas', counted, (count) =>
        typeof count === 'number' && count > 1
          ? {
              expected: `at most 1: only one node can mount the claim of ${single.argument} (ReadWriteOnce)`,
              found: String(count),
              fix: `use a claim that many nodes may read and set ${single.argument}.claimAccessMode to "ReadOnlyMany"; or an image volume`,
            }
          : undefined,
      );
}

/** The first claim that a single node mounts, if there is one: a new pod can only start when the old one is gone. */
export function singleNodeMount(files: ServedFilesSettings): FilesMount | undefined {
  return allMounts(files).find(({ source }) => source.kind === 'persistentVolumeClaim' && source.singleNode);
}
