import type * as pulumi from '@pulumi/pulumi';

/** By what a server is scaled. */
export const AutoscalingKind = {
  /** CPU use, by a HorizontalPodAutoscaler. Says little about a server on GPUs. */
  Cpu: 'cpu',
  /** A metric of the pods from the custom metrics API (prometheus-adapter), by a HorizontalPodAutoscaler. */
  PodMetric: 'podMetric',
  /** A Prometheus query, by a ScaledObject of KEDA. */
  Keda: 'keda',
} as const;
export type AutoscalingKind = (typeof AutoscalingKind)[keyof typeof AutoscalingKind];

/** Lets the number of pods follow the load. Not together with `replicas`, which would be set back at every `pulumi up`. */
export interface ModelAutoscalingArgs {
  readonly kind: AutoscalingKind;
  /**
   * Fewest pods; at least 1, because a server without pods has no metrics to scale by.
   * @default 1
   */
  readonly minReplicas?: pulumi.Input<number>;
  /** Most pods. With the GPUs of each it is what the model can cost. */
  readonly maxReplicas: pulumi.Input<number>;
  /**
   * What a pod should carry: per cent of its CPU (`cpu`), or the value of the metric (`podMetric`, `keda`).
   * @default 80 per cent; 5 waiting requests
   */
  readonly target?: pulumi.Input<number>;
  /**
   * Name of the metric in the custom metrics API. For `podMetric`.
   * @default "vllm:num_requests_waiting"
   */
  readonly metric?: pulumi.Input<string>;
  /** Address of Prometheus: `http://prometheus-operated.monitoring.svc:9090`. For `keda`, which needs it. */
  readonly prometheus?: pulumi.Input<string>;
  /**
   * Query whose result, divided by `target`, is the number of pods. For `keda`.
   * @default the sum of `vllm:num_requests_waiting` over the pods of this server
   */
  readonly query?: pulumi.Input<string>;
  /** TriggerAuthentication in the same namespace, for a Prometheus that asks who calls. For `keda`. @default none */
  readonly triggerAuthentication?: pulumi.Input<string>;
  /**
   * How long the load must be low before pods are taken away, in seconds: loading a model again is slow.
   * @default 300
   */
  readonly scaleDownSeconds?: pulumi.Input<number>;
}
