import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { mapInput } from '../../arguments/mapInput';
import { VERIFICATION_PATH } from '../checks';
import type { ModelServingSettings } from '../settings';
import type { FilesMount, FilesVerification, SignerTrust } from '../settings/files';
import { COPY_TARGET } from '../settings/filesMount';
import { allMounts } from '../settings/servedFiles';
import { verificationKey } from '../verificationConfig';
import { VERIFICATION_VOLUME } from './names';
import { containerSecurityContext } from './securityContext';
import { readOnlyMount } from './volumes';

type Container = k8s.types.input.core.v1.Container;

/**
 * What happens to files before the server starts: copies first, then the verification of what is there, in the place where the server will
 * read it. One that fails keeps the server from starting.
 */
export function fileContainers(settings: ModelServingSettings): Container[] {
  const mounts = allMounts(settings.files);
  return [...mounts.flatMap((mount) => copy(mount, settings)), ...mounts.flatMap((mount) => verify(mount, settings))];
}

/** The image of the files itself runs `cp`: it was pulled by digest, and nothing else needs to be trusted or reached. */
function copy({ volume, source }: FilesMount, settings: ModelServingSettings): Container[] {
  if (source.kind !== 'initContainerCopy') {
    return [];
  }
  return [
    {
      ...base(`copy-${volume}`, settings),
      image: source.reference,
      command: [...source.command],
      env: [{ name: 'TARGET', value: COPY_TARGET }],
      volumeMounts: [{ name: volume, mountPath: COPY_TARGET }],
    },
  ];
}

function verify(mount: FilesMount, settings: ModelServingSettings): Container[] {
  const { verification } = mount;
  if (verification === undefined) {
    return [];
  }
  return [
    {
      ...base(`verify-${mount.volume}`, settings),
      image: verification.image,
      command: ['model_signing'],
      args: verifyArguments(mount, verification),
      // Python would look for a place to keep compiled files; there is none to write to.
      env: [{ name: 'PYTHONDONTWRITEBYTECODE', value: '1' }],
      volumeMounts: [readOnlyMount(mount), { name: VERIFICATION_VOLUME, mountPath: VERIFICATION_PATH, readOnly: true }],
    },
  ];
}

/**
 * Options of https://github.com/sigstore/model-transparency 1.1. Files beside the signed ones fail it, also below `.git`, where the command
 * would not look by itself.
 */
function verifyArguments(mount: FilesMount, { trust, signature, allowSymlinks }: FilesVerification): pulumi.Input<string>[] {
  return [
    'verify',
    trust.kind,
    mount.directory,
    '--signature',
    mapInput(mount.directory, (directory) => `${directory}/${signature}`),
    '--no-ignore-git-paths',
    ...trustArguments(trust, `${VERIFICATION_PATH}/${verificationKey(mount)}`),
    ...(allowSymlinks ? ['--allow_symlinks'] : []),
  ];
}

function trustArguments(trust: SignerTrust, file: string): pulumi.Input<string>[] {
  switch (trust.kind) {
    case 'key':
      return ['--public_key', file];
    case 'certificate':
      return ['--certificate_chain', file];
    case 'sigstore':
      return ['--trust_config', file, '--identity', trust.identity, '--identity_provider', trust.identityProvider];
  }
}

/** As much as the server gets, so that the pod needs no more because of it, and stays in the QoS class Guaranteed. */
function base(
  name: string,
  { resources: { cpu, memory, ephemeralStorage } }: ModelServingSettings,
): Omit<Container, 'image'> & { name: string } {
  const amounts = { cpu, memory, 'ephemeral-storage': ephemeralStorage };
  return {
    name,
    imagePullPolicy: 'IfNotPresent',
    securityContext: containerSecurityContext({ readOnlyRoot: true }),
    resources: { requests: amounts, limits: amounts },
  };
}
