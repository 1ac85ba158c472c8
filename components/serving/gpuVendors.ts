/** What clusters call the accelerators of one vendor. */
export interface GpuVendor {
  /** Beginning of its resource and device class names. */
  readonly names: readonly string[];
  /** Taint that keeps other pods from its nodes. */
  readonly taint: string;
  /** Node label with the model of the accelerator; `undefined` where there is none that all its clusters have. */
  readonly productLabel: string | undefined;
}

const NVIDIA: GpuVendor = {
  names: ['nvidia.com/', 'gpu.nvidia.com', 'mig.nvidia.com'],
  // Also for MIG partitions: the taint is of the node, not of the resource.
  taint: 'nvidia.com/gpu',
  productLabel: 'nvidia.com/gpu.product',
};

/** Taints and labels as the operators, device plugins and clouds of each vendor set them. */
const VENDORS: readonly GpuVendor[] = [
  NVIDIA,
  { names: ['amd.com/', 'gpu.amd.com'], taint: 'amd.com/gpu', productLabel: 'amd.com/gpu.product-name' },
  { names: ['gpu.intel.com/', 'gpu.intel.com'], taint: 'gpu.intel.com/i915', productLabel: 'gpu.intel.com/product' },
  { names: ['habana.ai/'], taint: 'habana.ai/gaudi', productLabel: undefined },
  { names: ['google.com/tpu', 'tpu.google.com'], taint: 'google.com/tpu', productLabel: 'cloud.google.com/gke-tpu-accelerator' },
];

/** The vendor of a resource or device class; an unknown one is taken to taint its nodes with the name of the resource. */
export function vendorOf(name: string): GpuVendor {
  return (
    VENDORS.find(({ names }) => names.some((beginning) => name.startsWith(beginning))) ?? {
      names: [],
      taint: name,
      productLabel: undefined,
    }
  );
}
