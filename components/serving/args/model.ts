import type * as pulumi from '@pulumi/pulumi';

import type { ModelVerificationArgs } from './verify';

/** How the files of a model come into the pod. */
export const ModelSourceKind = {
  /** An OCI image, mounted read-only by the container runtime (KEP-4639; Kubernetes 1.35 or later). The pod needs no network for it. */
  ImageVolume: 'imageVolume',
  /** A volume that somebody filled before. Mounted read-only, and its content is verified before the server starts. */
  PersistentVolumeClaim: 'persistentVolumeClaim',
  /** An OCI image whose files an init container copies to the disk of the node: for clusters without image volumes. */
  InitContainerCopy: 'initContainerCopy',
} as const;
export type ModelSourceKind = (typeof ModelSourceKind)[keyof typeof ModelSourceKind];

/** How an image volume is mounted. */
export const ModelMountShape = {
  /** The whole file system of the image; the server is pointed at the directory inside. Works with every runtime that has image volumes. */
  WholeImage: 'wholeImage',
  /** Only the directory `path`. containerd 2.1 ignores it silently and mounts the whole image: needs containerd 2.2, or CRI-O 1.33. */
  SubPath: 'subPath',
} as const;
export type ModelMountShape = (typeof ModelMountShape)[keyof typeof ModelMountShape];

/** Who may mount a claim. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes */
export const ClaimAccessMode = {
  ReadWriteOnce: 'ReadWriteOnce',
  ReadWriteOncePod: 'ReadWriteOncePod',
  ReadOnlyMany: 'ReadOnlyMany',
  ReadWriteMany: 'ReadWriteMany',
} as const;
export type ClaimAccessMode = (typeof ClaimAccessMode)[keyof typeof ClaimAccessMode];

/** Files that the server reads: a model, an adapter, a tokenizer. Always mounted read-only. */
export interface ModelFilesArgs {
  /**
   * How the files come into the pod. Which of the other arguments belong to it is said there; one of another kind is refused.
   * @default "imageVolume"
   */
  readonly kind?: ModelSourceKind;
  /**
   * The image with the files, pinned by digest: `ghcr.io/acme/ml-models/sentiment@sha256:...`. For `imageVolume` and `initContainerCopy`.
   *
   * containerd mounts only what has the shape of a runnable image (a config with `rootfs.diff_ids`, layers that are tar archives). OCI
   * artifacts as ORAS, KitOps or ModelPack make them do not mount there (containerd#11381): build an image `FROM scratch` instead. CRI-O
   * mounts both.
   */
  readonly reference?: pulumi.Input<string>;
  /**
   * Directory of the files inside the image or volume, relative.
   * @default its root; "models" for `initContainerCopy`
   */
  readonly path?: string;
  /**
   * Where the container sees them: an absolute path of its own.
   * @default "/models" for the model, "/adapters/NAME", "/tokenizer", "/draft-model" for the others
   */
  readonly mountPath?: pulumi.Input<string>;
  /**
   * What of the image is mounted, when `path` is set. For `imageVolume`.
   * @default "wholeImage", which every runtime mounts alike
   */
  readonly mountShape?: ModelMountShape;
  /** Name of the claim, in the same namespace. For `persistentVolumeClaim`. */
  readonly claimName?: pulumi.Input<string>;
  /**
   * Who may mount the claim. One that a single node may mount cannot serve several replicas. For `persistentVolumeClaim`.
   * @default "ReadWriteOnce", what most storage offers
   */
  readonly claimAccessMode?: ClaimAccessMode;
  /**
   * Largest size of the copy; it lies on the disk of the node. For `initContainerCopy`.
   * @default "20Gi"
   */
  readonly sizeLimit?: pulumi.Input<string>;
  /**
   * Brings the files to the directory `$(TARGET)`, for images without `cp`, or from elsewhere with a client in the image. What a command
   * brings is not what the digest names, so `verify` must be set with it. For `initContainerCopy`.
   * @default `cp -R /PATH/. $(TARGET)`, run directly: the image needs `cp`, and no shell
   */
  readonly copyCommand?: pulumi.Input<string>[];
  /**
   * Verifies the OpenSSF Model Signing signature of the files before the server starts. Reads all of them once.
   * @default none for images by digest, whose signature the policy pack and admission verify; required for everything else
   */
  readonly verify?: ModelVerificationArgs;
  /**
   * Serves what nobody verified: a volume whose content no signature speaks for. Say why; the reason is written on the pods, and the policy
   * pack reports it.
   */
  readonly unverifiedUnsafe?: string;
}

/** The model to serve. */
export interface ServedModelArgs extends ModelFilesArgs {
  /** The file of the model inside the directory, for servers that load one file: `model.gguf` for llama.cpp, which needs it. */
  readonly file?: string;
  /**
   * Name under which clients ask for the model.
   * @default the name of the component
   */
  readonly name?: string;
}

/** A LoRA adapter, loaded when the server starts; loading adapters at run time stays off. */
export interface ModelAdapterArgs extends ModelFilesArgs {
  /** Name under which clients ask for it: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** The file of the adapter inside the directory, for llama.cpp. */
  readonly file?: string;
}
