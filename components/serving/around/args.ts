import type * as pulumi from '@pulumi/pulumi';

import type { KserveKind, ServingRuntime } from '../kserve/args';
import type { ModelAutoscalingArgs } from './args/autoscaling';
import type { SpreadMode } from './args/availability';
import type { ModelMonitoringArgs } from './args/monitoring';
import type { ModelNetworkArgs } from './args/network';
import type { ModelRouteArgs } from './args/route';

/** What stands around the pods of a model server. All of it is optional; the network is closed without it. */
export interface ServingSurroundingsArgs {
  /** Openings in the network. @default none but for calls by pods of the same namespace */
  readonly network?: ModelNetworkArgs;
  /**
   * Whether pods are kept apart by zone and node.
   * @default "preferred"
   */
  readonly spread?: SpreadMode;
  /** Class that says which pods may push out others, and be pushed out. @default that of the cluster */
  readonly priorityClassName?: pulumi.Input<string>;
  /** Lets the number of pods follow the load, in place of `replicas`. @default none */
  readonly autoscaling?: ModelAutoscalingArgs;
  /** Lets Prometheus read the metrics. @default none */
  readonly monitoring?: ModelMonitoringArgs;
  /** Puts the server behind a gateway. @default none: it is reached inside the cluster only */
  readonly route?: ModelRouteArgs;
  /**
   * Who runs the pods.
   * @default "deployment"
   */
  readonly runtime?: ServingRuntime;
  /**
   * What KServe is given, with `runtime: "kserve"`.
   * @default "InferenceService"
   */
  readonly kserveKind?: KserveKind;
}
