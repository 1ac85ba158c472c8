import type * as k8s from '@pulumi/kubernetes';

import type { ModelServingSettings } from '../settings';
import type { FilesMount } from '../settings/files';
import { allMounts } from '../settings/servedFiles';
import { verificationConfigName } from '../verificationConfig';
import { CACHE_VOLUME, SHARED_MEMORY_VOLUME, TMP_VOLUME, VERIFICATION_VOLUME } from './names';

type Volume = k8s.types.input.core.v1.Volume;

/**
 * Models as image volumes (KEP-4639), claims or copies; scratch space is bounded, so that one pod cannot fill the disk of its node. A cache
 * is code to some servers and has to die with the pod: never a shared volume.
 */
export function podVolumes(name: string, settings: ModelServingSettings): Volume[] {
  const mounts = allMounts(settings.files);
  const { scratch, sharedMemory } = settings.resources;
  const emptyDir = { sizeLimit: scratch };
  return [
    ...mounts.map(filesVolume),
    ...(mounts.some(({ verification }) => verification)
      ? [{ name: VERIFICATION_VOLUME, configMap: { name: verificationConfigName(name) } }]
      : []),
    { name: TMP_VOLUME, emptyDir },
    { name: CACHE_VOLUME, emptyDir },
    ...settings.preset.writableDirectories.map((directory) => ({ name: directory.name, emptyDir })),
    ...(sharedMemory === undefined ? [] : [{ name: SHARED_MEMORY_VOLUME, emptyDir: { medium: 'Memory', sizeLimit: sharedMemory } }]),
  ];
}

function filesVolume({ volume, source }: FilesMount): Volume {
  switch (source.kind) {
    case 'imageVolume':
      return { name: volume, image: { reference: source.reference, pullPolicy: 'IfNotPresent' } };
    case 'persistentVolumeClaim':
      // Read-only for the whole pod, not only for each mount.
      return { name: volume, persistentVolumeClaim: { claimName: source.claimName, readOnly: true } };
    case 'initContainerCopy':
      return { name: volume, emptyDir: { sizeLimit: source.sizeLimit } };
  }
}

/** The files as the server and the verifier see them. */
export function readOnlyMount({ volume, mountPath, subPath }: FilesMount): k8s.types.input.core.v1.VolumeMount {
  return { name: volume, mountPath, ...(subPath !== undefined && { subPath }), readOnly: true };
}
