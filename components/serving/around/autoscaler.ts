import type * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import { isPlain, mapInput } from '../../arguments/mapInput';
import type { AutoscalingSettings } from './autoscaling';
import type { CustomObject } from './customObject';
import { metadataOf } from './identity';
import type { ServingIdentity } from './identity';

type Autoscaler = k8s.types.input.autoscaling.v2.HorizontalPodAutoscaler;
type Metric = k8s.types.input.autoscaling.v2.MetricSpec;
type Of<Kind> = Extract<AutoscalingSettings, { readonly kind: Kind }>;

/** A HorizontalPodAutoscaler for CPU and pod metrics. */
export function podAutoscaler(identity: ServingIdentity, settings: Of<'cpu'> | Of<'podMetric'>): Autoscaler {
  return {
    metadata: metadataOf(identity),
    spec: {
      scaleTargetRef: target(identity),
      minReplicas: settings.minReplicas,
      maxReplicas: settings.maxReplicas,
      metrics: [metric(settings)],
      behavior: behavior(settings),
    },
  };
}

/** A ScaledObject of KEDA, which makes the HorizontalPodAutoscaler itself. https://keda.sh/docs/2.21/scalers/prometheus/ */
export function scaledObject(identity: ServingIdentity, settings: Of<'keda'>): CustomObject {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: metadataOf(identity),
    spec: {
      scaleTargetRef: target(identity),
      minReplicaCount: settings.minReplicas,
      maxReplicaCount: settings.maxReplicas,
      cooldownPeriod: settings.scaleDownSeconds,
      advanced: { horizontalPodAutoscalerConfig: { behavior: behavior(settings) } },
      triggers: [
        {
          type: 'prometheus',
          metadata: {
            serverAddress: settings.prometheus,
            query: settings.query ?? waitingRequests(identity),
            threshold: mapInput(settings.target, String),
          },
          ...(settings.triggerAuthentication !== undefined && { authenticationRef: { name: settings.triggerAuthentication } }),
        },
      ],
    },
  };
}

const target = ({ workload }: ServingIdentity) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name: workload }) as const;

function metric(settings: Of<'cpu'> | Of<'podMetric'>): Metric {
  return settings.kind === 'cpu'
    ? { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: settings.target } } }
    : {
        type: 'Pods',
        pods: {
          metric: { name: settings.metric },
          target: { type: 'AverageValue', averageValue: mapInput(settings.target, String) },
        },
      };
}

const behavior = ({ scaleDownSeconds }: AutoscalingSettings) => ({ scaleDown: { stabilizationWindowSeconds: scaleDownSeconds } });

/** Names of components and namespaces have no characters that a query gives a meaning to. */
function waitingRequests({ workload, namespace }: ServingIdentity): pulumi.Input<string> {
  const query = (value: string) => `sum(vllm:num_requests_waiting{namespace="${value}",pod=~"${workload}-.*"})`;
  return isPlain(namespace) ? query(namespace) : pulumi.output(namespace).apply(query);
}
