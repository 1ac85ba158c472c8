import { createHash } from 'node:crypto';

import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { mapInput, mapInputs } from '../arguments/mapInput';
import type { FilesMount, SignerTrust } from './settings/files';
import { allMounts } from './settings/servedFiles';
import type { ServedFilesSettings } from './settings/servedFiles';

/** Name of the ConfigMap with what files are verified by. */
export const verificationConfigName = (name: string): string => `${name}-verification`;

/** Name of the entry, and of the file, for one set of files. */
export const verificationKey = ({ volume }: FilesMount): string => volume;

/** Keys, certificates and trust configurations by the file that the verifier reads; `undefined` when nothing is verified at start. */
export function verificationData(files: ServedFilesSettings): Readonly<Record<string, pulumi.Input<string>>> | undefined {
  const entries = allMounts(files).flatMap((mount) =>
    mount.verification ? [[verificationKey(mount), content(mount.verification.trust)] as const] : [],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function content(trust: SignerTrust): pulumi.Input<string> {
  switch (trust.kind) {
    case 'key':
      return trust.publicKey;
    case 'certificate':
      return trust.certificateChain;
    case 'sigstore':
      return trust.trustConfig;
  }
}

/** The ConfigMap. */
export function verificationConfig(
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  files: ServedFilesSettings,
): k8s.types.input.core.v1.ConfigMap | undefined {
  const data = verificationData(files);
  return data && { metadata, data: { ...data } };
}

/** Digest of the content: on the pods, so that they start again, and verify again, when a key changes. */
export function verificationDigest(files: ServedFilesSettings): pulumi.Input<string> | undefined {
  const data = verificationData(files);
  if (data === undefined) {
    return undefined;
  }
  const content = Object.entries(data)
    .map(([key, value]) => mapInput(value, (text) => JSON.stringify([key, text])))
    .reduce((all, next) => mapInputs(all, next, (one, two) => `${one}\n${two}`));
  return mapInput(content, (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`);
}
