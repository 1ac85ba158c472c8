import type * as pulumi from '@pulumi/pulumi';

/** Who the pods of a model server are: what everything around them (policies, budgets, autoscalers, monitors, routes) finds them by. */
export interface ServingIdentity {
  /** Name of the component, and of the Service. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** Labels of every object. */
  readonly labels: Readonly<Record<string, string>>;
  /** The part of the labels that never changes, by which pods are selected. */
  readonly selector: Readonly<Record<string, string>>;
  /** What runs the pods: the Deployment of this name, ours or KServe's. */
  readonly workload: string;
  /** Name of the port on which the server answers; the Service has it too. */
  readonly portName: string;
  /** Number of that port. */
  readonly port: pulumi.Input<number>;
}

/** Metadata of an object beside the pods, named after the component. */
export function metadataOf(
  identity: ServingIdentity,
  suffix = '',
): { readonly name: string; readonly namespace: pulumi.Input<string>; readonly labels: Readonly<Record<string, string>> } {
  return { name: `${identity.name}${suffix}`, namespace: identity.namespace, labels: identity.labels };
}
