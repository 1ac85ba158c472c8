import type * as pulumi from '@pulumi/pulumi';

/** How a pod asks for accelerators. */
export const GpuMode = {
  /** As an extended resource of a device plugin: `nvidia.com/gpu`. */
  DevicePlugin: 'devicePlugin',
  /** By a claim (dynamic resource allocation, `resource.k8s.io/v1`; Kubernetes 1.34 or later with a DRA driver). */
  Dra: 'dra',
} as const;
export type GpuMode = (typeof GpuMode)[keyof typeof GpuMode];

/** Accelerators for each replica. Leave it out for a server that runs on CPUs. */
export interface ModelGpuArgs {
  /** How many, as a whole number: accelerators are given out whole. Parts of one are a `migProfile`. */
  readonly count: pulumi.Input<number>;
  /**
   * Device plugin or DRA. The GPU Operator runs one of both in a cluster.
   * @default "devicePlugin"
   */
  readonly mode?: GpuMode;
  /**
   * What the device plugin calls them: `amd.com/gpu`, `gpu.intel.com/i915`, `gpu.intel.com/xe`, `habana.ai/gaudi`, `google.com/tpu`. Plain,
   * because it is the key of the limit. For `devicePlugin`.
   * @default "nvidia.com/gpu"
   */
  readonly resourceName?: string;
  /**
   * A hardware partition of an NVIDIA GPU instead of a whole one: `1g.10gb`. With the MIG strategy `single`, partitions are plain
   * `nvidia.com/gpu`: leave it out.
   */
  readonly migProfile?: string;
  /**
   * DeviceClass of the claim. For `dra`.
   * @default "gpu.nvidia.com", "mig.nvidia.com" with a `migProfile`
   */
  readonly deviceClassName?: string;
  /** CEL expressions that a device must meet, all of them. For `dra`. @default none */
  readonly deviceSelectors?: pulumi.Input<string>[];
  /** Models of accelerators to run on, as the nodes are labelled: `NVIDIA-H100-80GB-HBM3`. @default any */
  readonly products?: pulumi.Input<string>[];
  /**
   * Node label that tells the model.
   * @default that of the vendor: "nvidia.com/gpu.product", "amd.com/gpu.product-name", "cloud.google.com/gke-tpu-accelerator", ...
   */
  readonly productLabel?: string;
  /**
   * Across how many accelerators of the pod one copy of the model is split; at most `count`. Above 1 the shared memory grows to 8Gi.
   * @default 1
   */
  readonly tensorParallelSize?: number;
  /**
   * Size of /dev/shm (PyTorch workers, NCCL). It counts as memory of the container.
   * @default "1Gi", "8Gi" with tensor parallelism
   */
  readonly sharedMemory?: pulumi.Input<string>;
  /** Groups that own the device files on the nodes, as for `/dev/kfd` of AMD (`render`). @default none */
  readonly supplementalGroups?: pulumi.Input<number>[];
  /**
   * Accepts accelerators that other pods use at the same time (time slicing, MPS: `nvidia.com/gpu.shared`). Their memory is neither limited
   * nor isolated from each other: a neighbour can exhaust it. The name of the resource shows sharing only when the device plugin renames it
   * (`renameByDefault`); ask whoever runs the cluster.
   * @default false
   */
  readonly sharedWithOtherPodsUnsafe?: boolean;
  /**
   * Gives up the read-only root file system. Some versions of the NVIDIA container toolkit write into the root of the container when it
   * starts (nvidia-cdi-hook) and fail on a read-only one; set this only when pods do not start because of it.
   * @default false
   */
  readonly writableRootForCdiUnsafe?: boolean;
}
