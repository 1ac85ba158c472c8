import type * as pulumi from '@pulumi/pulumi';

import type { ServingSurroundingsArgs } from './around/args';
import type { ModelGpuArgs } from './args/gpu';
import type { ModelAdapterArgs, ModelFilesArgs, ServedModelArgs } from './args/model';
import type { ModelServer } from './args/server';

/** Arguments of ModelServing. Everything is optional but the server image and the model. */
export interface ModelServingArgs extends ServingSurroundingsArgs {
  /**
   * Which server the image holds. It decides the defaults of nearly everything below, and the words of the command line.
   * @default "custom"
   */
  readonly server?: ModelServer;
  /** The server image, pinned by digest. */
  readonly image: pulumi.Input<string>;
  /** The model to serve. */
  readonly model: ServedModelArgs;
  /** LoRA adapters, loaded at start. @default none */
  readonly adapters?: ModelAdapterArgs[];
  /** Tokenizer that does not come with the model. @default the one of the model */
  readonly tokenizer?: ModelFilesArgs;
  /** Small model for speculative decoding. @default none */
  readonly draftModel?: ServedModelArgs;
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
   * @default that of the server; 8000 for a custom one
   */
  readonly port?: pulumi.Input<number>;
  /**
   * Path that answers 200 when the server is ready.
   * @default that of the server; "/health" for a custom one
   */
  readonly healthPath?: pulumi.Input<string>;
  /**
   * Path that answers 200 as long as the server need not be restarted.
   * @default that of the server; `healthPath` when it is set
   */
  readonly livenessPath?: pulumi.Input<string>;
  /**
   * How long loading the model may take before the pod is restarted, in seconds.
   * @default 600
   */
  readonly startupSeconds?: pulumi.Input<number>;
  /**
   * How long a pod has to finish its requests when it is stopped, in seconds. The first 15 it still takes new ones, because not everybody
   * has heard yet; then the server drains.
   * @default 120
   */
  readonly terminationSeconds?: number;
  /** Entry point of the server. @default that of the server; of the image for a custom one */
  readonly command?: pulumi.Input<string>[];
  /**
   * Further arguments of the server; for a custom one, all of them. What opens a hole (`--trust-remote-code`) or says otherwise what this
   * component says (`--port`) is refused.
   * @default none; those of the image for a custom one
   */
  readonly args?: pulumi.Input<string>[];
  /** Environment variables. Names that would switch the hardening off (`HF_HUB_OFFLINE`, `NVIDIA_VISIBLE_DEVICES`, ...) are refused. */
  readonly env?: { [name: string]: pulumi.Input<string> };
  /** Accelerators for each replica. @default none */
  readonly gpu?: ModelGpuArgs;
  /**
   * Memory of each replica, requested and limited: `4Gi`.
   * @default "4Gi"; "16Gi" with tensor parallelism, whose shared memory counts
   */
  readonly memory?: pulumi.Input<string>;
  /**
   * CPU of each replica, requested and limited: `2`, `500m`.
   * @default "2"
   */
  readonly cpu?: pulumi.Input<string>;
  /**
   * Local disk of each replica for logs, /tmp and caches, requested and limited. A copied model (`initContainerCopy`) is added to it.
   * @default "2Gi"
   */
  readonly ephemeralStorage?: pulumi.Input<string>;
  /**
   * User of the server; never 0.
   * @default that of the server; 1000 for a custom one
   */
  readonly runAsUser?: pulumi.Input<number>;
  /**
   * Group of the server, and of the files that it writes.
   * @default that of the server (0 for vLLM, whose image is made for it); 1000 for a custom one
   */
  readonly runAsGroup?: pulumi.Input<number>;
  /** Names of secrets with credentials of the registry, in the same namespace. @default none */
  readonly imagePullSecrets?: pulumi.Input<string>[];
  /** Further namespaces whose pods may call the server. @default only pods of the same namespace may */
  readonly clientNamespaces?: pulumi.Input<string>[];
  /**
   * Leaves the AppArmor profile to the runtime. The kubelet refuses pods that name one on nodes without AppArmor (Amazon Linux, Bottlerocket,
   * RHEL), where SELinux does that work.
   * @default false
   */
  readonly nodesWithoutAppArmor?: boolean;
  /**
   * Runs the pod with the user ids of the node. Servers on CPUs have ids of their own (`hostUsers: false`), which needs a file system with
   * idmap mounts under every volume (not NFS), and containerd 2.1.7 or 2.2.2 or later for image volumes. GPU pods cannot have them yet.
   * @default false
   */
  readonly hostUserNamespaceUnsafe?: boolean;
}
