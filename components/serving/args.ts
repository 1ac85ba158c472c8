import type * as pulumi from '@pulumi/pulumi';

/** The model: an OCI image whose file system is the model directory, mounted read-only as an image volume (Kubernetes 1.35 or later). */
export interface ModelVolumeArgs {
  /** The model image, pinned by digest: `ghcr.io/acme/ml-models/sentiment@sha256:...`. */
  readonly reference: pulumi.Input<string>;
  /**
   * Where the server finds the model: an absolute path.
   * @default "/models"
   */
  readonly mountPath?: pulumi.Input<string>;
}

/** Accelerators for each replica. Leave it out for a server that runs on CPUs. */
export interface ModelGpuArgs {
  /** How many, as a whole number: extended resources cannot be shared or split. */
  readonly count: pulumi.Input<number>;
  /**
   * What the device plugin calls them. Plain, because it is the key of the limit.
   * @default "nvidia.com/gpu"
   */
  readonly resourceName?: string;
  /**
   * Gives up the read-only root file system. Some versions of the NVIDIA container toolkit write into the root of the container when it
   * starts (nvidia-cdi-hook) and fail on a read-only one; set this only when pods do not start because of it.
   * @default false
   */
  readonly writableRootForCdiUnsafe?: boolean;
}

/** Arguments of ModelServing. Everything is optional but the two images. */
export interface ModelServingArgs {
  /** The server image, pinned by digest. */
  readonly image: pulumi.Input<string>;
  /** The model to serve. */
  readonly model: ModelVolumeArgs;
  /**
   * Namespace of everything in this component. See ModelNamespace.
   * @default "ml-serving"
   */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Number of pods.
   * @default 1
   */
  readonly replicas?: pulumi.Input<number>;
  /**
   * Port on which the server listens, and of the Service.
   * @default 8000
   */
  readonly port?: pulumi.Input<number>;
  /**
   * Path that answers 200 when the server is ready.
   * @default "/health"
   */
  readonly healthPath?: pulumi.Input<string>;
  /**
   * How long loading the model may take before the pod is restarted, in seconds.
   * @default 600
   */
  readonly startupSeconds?: pulumi.Input<number>;
  /** Entry point of the server. @default the one of the image */
  readonly command?: pulumi.Input<string>[];
  /** Arguments of the entry point. Switches that run code from the model (`--trust-remote-code`) are refused. @default those of the image */
  readonly args?: pulumi.Input<string>[];
  /** Environment variables. Names that would switch the hardening off (`HF_HUB_OFFLINE`, `NVIDIA_VISIBLE_DEVICES`, ...) are refused. */
  readonly env?: { [name: string]: pulumi.Input<string> };
  /** Accelerators for each replica. @default none */
  readonly gpu?: ModelGpuArgs;
  /**
   * Memory of each replica, requested and limited: `4Gi`.
   * @default "4Gi"
   */
  readonly memory?: pulumi.Input<string>;
  /**
   * CPU of each replica, requested and limited: `2`, `500m`.
   * @default "2"
   */
  readonly cpu?: pulumi.Input<string>;
  /**
   * Local disk of each replica for logs, /tmp and caches, requested and limited. The model is not counted.
   * @default "2Gi"
   */
  readonly ephemeralStorage?: pulumi.Input<string>;
  /**
   * User of the server; never 0.
   * @default 1000
   */
  readonly runAsUser?: pulumi.Input<number>;
  /**
   * Group of the server, and of the files that it writes. The vLLM image wants 0.
   * @default 1000
   */
  readonly runAsGroup?: pulumi.Input<number>;
  /** Names of secrets with credentials of the registry, in the same namespace. @default none */
  readonly imagePullSecrets?: pulumi.Input<string>[];
  /** Further namespaces whose pods may call the server. @default only pods of the same namespace may */
  readonly clientNamespaces?: pulumi.Input<string>[];
}
