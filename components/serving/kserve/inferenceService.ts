import type * as k8s from '@pulumi/kubernetes';

import type { CustomObject } from '../around/customObject';
import { metadataOf } from '../around/identity';
import type { ServingIdentity } from '../around/identity';
import type { ServingWorkload } from './pod';

/** Name by which KServe knows the container of the server. */
const CONTAINER = 'kserve-container';

/** Name of the Deployment that KServe makes. */
export const predictorName = (name: string): string => `${name}-predictor`;

/**
 * The server as an InferenceService with a predictor of its own: KServe runs our pod, not one that it puts together.
 *
 * The model stays a volume of the pod. A `storageUri` would hand it to KServe, which either downloads it in an init container that
 * "restricted" refuses, or mounts it as a modelcar, which shares the process namespace and runs a shell as another user.
 *
 * https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/predictor.go
 */
export function inferenceService(
  identity: ServingIdentity,
  workload: ServingWorkload,
  deploymentStrategy: k8s.types.input.apps.v1.DeploymentStrategy,
): CustomObject {
  const metadata = metadataOf(identity);
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: {
      ...metadata,
      // KServe otherwise publishes every service outside the cluster; a route of ours is what opens it.
      labels: { ...metadata.labels, 'networking.kserve.io/visibility': 'cluster-local' },
      annotations: {
        // Knative refuses half of what hardens the pod.
        'serving.kserve.io/deploymentMode': 'Standard',
        // `none` keeps the number of pods; `external` leaves it to the autoscaler beside the service.
        'serving.kserve.io/autoscalerClass': workload.replicas === undefined ? 'external' : 'none',
      },
    },
    spec: {
      predictor: {
        ...(workload.replicas !== undefined && { minReplicas: workload.replicas, maxReplicas: workload.replicas }),
        labels: workload.labels,
        annotations: workload.annotations,
        deploymentStrategy,
        ...workload.pod,
        containers: [{ ...workload.server, name: CONTAINER }],
      },
    },
  };
}
