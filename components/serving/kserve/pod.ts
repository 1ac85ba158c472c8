import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;

/** The pod of a server as it was rendered for a Deployment, and what a Deployment says beside it. */
export interface ServingWorkload {
  /** The pod; its container gets the name by which KServe knows it. */
  readonly pod: PodSpec;
  /** The container of the pod. */
  readonly server: Container;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
  /** `undefined` when an autoscaler decides. */
  readonly replicas: pulumi.Input<number> | undefined;
}
