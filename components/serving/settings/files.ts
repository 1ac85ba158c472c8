import type * as pulumi from '@pulumi/pulumi';

import { mapInput } from '../../arguments/mapInput';

type Text = pulumi.Input<string>;

/** Where files come from: the arguments that belong to one kind, and no others. */
export type FilesSource =
  | { readonly kind: 'imageVolume'; readonly reference: Text }
  | { readonly kind: 'persistentVolumeClaim'; readonly claimName: Text; readonly singleNode: boolean }
  | { readonly kind: 'initContainerCopy'; readonly reference: Text; readonly command: readonly Text[]; readonly sizeLimit: Text };

/** Whom a signature of files must be of. */
export type SignerTrust =
  | { readonly kind: 'key'; readonly publicKey: Text }
  | { readonly kind: 'certificate'; readonly certificateChain: Text }
  | { readonly kind: 'sigstore'; readonly trustConfig: Text; readonly identity: Text; readonly identityProvider: Text };

/** How the signature of files is verified at start. */
export interface FilesVerification {
  readonly image: Text;
  readonly trust: SignerTrust;
  /** The signature, relative to the directory of the files. */
  readonly signature: string;
  readonly allowSymlinks: boolean;
}

/** Files that a server reads, mounted read-only. */
export interface FilesMount {
  /** Where the author wrote it: `model`, `adapters[0]`. */
  readonly argument: string;
  /** Name under which clients ask for it; that of the volume for a tokenizer and a draft model. */
  readonly name: string;
  /** Name of the volume, unique in the pod. */
  readonly volume: string;
  readonly mountPath: Text;
  /** The directory of the volume that is mounted; `undefined` mounts all of it. */
  readonly subPath: string | undefined;
  /** Directory of the files, as the containers see it. */
  readonly directory: Text;
  /** What the server is to open: the directory, or one file of it. */
  readonly servedPath: Text;
  readonly source: FilesSource;
  readonly verification: FilesVerification | undefined;
  /** Why files are served that no digest and no signature speaks for. */
  readonly unverifiedReason: string | undefined;
}

/** The image of the files, when a digest names them. */
export function imageOf({ source }: FilesMount): Text | undefined {
  return source.kind === 'persistentVolumeClaim' ? undefined : source.reference;
}

/** Where files come from, in one line: the image, or the claim as kubectl writes it. */
export function sourceName({ source }: FilesMount): Text {
  return source.kind === 'persistentVolumeClaim'
    ? mapInput(source.claimName, (claim) => `persistentvolumeclaim/${claim}`)
    : source.reference;
}
