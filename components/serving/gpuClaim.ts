import type * as k8s from '@pulumi/kubernetes';

import type { GpuSettings } from './settings/gpu';

/**
 * What each pod claims, when accelerators are given out by dynamic resource allocation.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/
 */
export function gpuClaimTemplate(
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  gpu: GpuSettings | undefined,
): k8s.types.input.resource.v1.ResourceClaimTemplate | undefined {
  if (gpu?.request.mode !== 'dra') {
    return undefined;
  }
  const { deviceClassName, selectors } = gpu.request;
  return {
    metadata,
    spec: {
      spec: {
        devices: {
          requests: [
            {
              name: 'gpu',
              exactly: {
                deviceClassName,
                allocationMode: 'ExactCount',
                count: gpu.count,
                ...(selectors.length > 0 && { selectors: selectors.map((expression) => ({ cel: { expression } })) }),
              },
            },
          ],
        },
      },
    },
  };
}
