import type { Field } from '../pod/field';
import { shown } from '../pod/field';
import { observe, undecidable, violation } from '../pod-security/observe';
import type { Observation } from '../pod-security/types';
import type { ModelPod } from './modelPod';
import { acceleratorsOf } from './modelPod';
import { quantity } from './quantity';
import type { Control } from './types';

const SHARED_MEMORY = '/dev/shm';

export const SCRATCH: readonly Control[] = [
  {
    id: 'bounded-scratch',
    title: 'bounded scratch space',
    severity: 'block',
    reason: 'an emptyDir without a limit lets one pod fill the disk or the memory of its node',
    fix: 'write sizeLimit in every emptyDir',
    look: ({ pod }) =>
      emptyDirs(pod.spec).flatMap((source) => observe(source.at('sizeLimit'), 'a size', (value) => (quantity(value) ?? 0) > 0)),
  },
  {
    id: 'shared-memory-within-limit',
    title: 'shared memory within the memory limit',
    severity: 'block',
    reason: 'a Memory emptyDir counts as memory of the container, which is killed when it fills',
    fix: 'raise resources.limits.memory above the sizeLimit, or lower the sizeLimit',
    look: withinMemoryLimit,
  },
  {
    id: 'shared-memory-for-accelerators',
    title: 'shared memory for several accelerators',
    severity: 'advise',
    reason: 'processes on several accelerators exchange data through /dev/shm, of which a container has 64 MiB by default',
    fix: 'mount an emptyDir of medium Memory with a sizeLimit at /dev/shm; never hostIPC',
    look: ({ servers, pod }) =>
      servers
        .filter(({ field }) => acceleratorsOf(field).some((amount) => (quantity(amount.value) ?? 0) > 1))
        .filter(({ field }) => !sharedMemoryMounts(field, pod.spec))
        .map(({ field }) => violation(field.at('volumeMounts'), `a Memory emptyDir at ${SHARED_MEMORY}`, 'none')),
  },
];

function emptyDirs(spec: Field): readonly Field[] {
  return spec
    .at('volumes')
    .items()
    .map((volume) => volume.at('emptyDir'))
    .filter((source) => !source.isAbsent);
}

function sharedMemoryMounts(container: Field, spec: Field): boolean {
  const memory = memoryVolumes(spec).map(({ name }) => name);
  return container
    .at('volumeMounts')
    .items()
    .some(
      (mount) =>
        mount.isUnknown || (mount.at('mountPath').text?.replace(/\/+$/, '') === SHARED_MEMORY && memory.includes(mount.at('name').text)),
    );
}

function memoryVolumes(spec: Field): readonly { readonly name: string | undefined; readonly source: Field }[] {
  return spec
    .at('volumes')
    .items()
    .map((volume) => ({ name: volume.at('name').text, source: volume.at('emptyDir') }))
    .filter(({ source }) => source.at('medium').text === 'Memory');
}

function withinMemoryLimit({ pod }: ModelPod): readonly Observation[] {
  return memoryVolumes(pod.spec).flatMap(({ name, source }) =>
    pod.containers
      .filter(({ field }) =>
        field
          .at('volumeMounts')
          .items()
          .some((mount) => name !== undefined && mount.at('name').text === name),
      )
      .flatMap(({ field }) => {
        const [size, limit] = [source.at('sizeLimit'), field.at('resources', 'limits', 'memory')];
        const expected = `less than the memory limit of the container (${shown(limit)})`;
        const unknown = size.unknownAt ?? limit.unknownAt;
        if (unknown !== undefined) return [undecidable(unknown, expected)];
        const [bytes, bound] = [quantity(size.value), quantity(limit.value)];
        return bytes === undefined || bound === undefined || bytes < bound ? [] : [violation(size, expected)];
      }),
  );
}
