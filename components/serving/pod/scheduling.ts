import type * as k8s from '@pulumi/kubernetes';

import type { GpuSettings } from '../settings/gpu';
import { GPU_CLAIM } from './names';

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** Where the pod may run: on nodes with the accelerators that it asks for, whose taint keeps other pods away. */
export function scheduling(name: string, gpu: GpuSettings | undefined): Pick<PodSpec, 'tolerations' | 'affinity' | 'resourceClaims'> {
  if (gpu === undefined) {
    return {};
  }
  return {
    tolerations: [{ key: gpu.taint, operator: 'Exists', effect: 'NoSchedule' }],
    ...(gpu.products && { affinity: productAffinity(gpu.products) }),
    ...(gpu.request.mode === 'dra' && { resourceClaims: [{ name: GPU_CLAIM, resourceClaimTemplateName: name }] }),
  };
}

function productAffinity({ label, values }: NonNullable<GpuSettings['products']>): PodSpec['affinity'] {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: label, operator: 'In', values: [...values] }] }],
      },
    },
  };
}
