import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { podAutoscaler, scaledObject } from './autoscaler';
import { disruptionBudget, spreadConstraints } from './availability';
import type { CustomObject } from './customObject';
import type { ServingIdentity } from './identity';
import { monitor, monitoringOpening } from './monitoring';
import { nameEgressPolicy } from './nameEgress';
import { servingNetworkPolicy } from './networkPolicy';
import { httpRoute, routeOpening } from './route';
import type { SurroundingsSettings } from './settings';

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** Objects around the pods; `undefined` is what was not asked for. */
export interface SurroundingManifests {
  readonly networkPolicy: k8s.types.input.networking.v1.NetworkPolicy;
  /** Openings by name, which standard network policies do not know. */
  readonly nameEgressPolicy: CustomObject | undefined;
  readonly disruptionBudget: k8s.types.input.policy.v1.PodDisruptionBudget | undefined;
  readonly podAutoscaler: k8s.types.input.autoscaling.v2.HorizontalPodAutoscaler | undefined;
  readonly scaledObject: CustomObject | undefined;
  readonly monitor: CustomObject | undefined;
  readonly route: CustomObject | undefined;
}

/**
 * Renders the objects around the pods.
 *
 * @param replicas number of pods when no autoscaler decides
 * @param clientNamespaces further namespaces whose pods may call the server
 */
export function surroundingManifests(
  identity: ServingIdentity,
  settings: SurroundingsSettings,
  { replicas, clientNamespaces }: { readonly replicas: pulumi.Input<number>; readonly clientNamespaces: readonly pulumi.Input<string>[] },
): SurroundingManifests {
  const { network, autoscaling, monitoring, route } = settings;
  const clients = [...clientNamespaces.map((namespace) => ({ namespace, podLabels: {} })), ...network.clients];
  const openings = [...(route ? [routeOpening(identity, route)] : []), ...(monitoring ? [monitoringOpening(monitoring)] : [])];
  return {
    networkPolicy: servingNetworkPolicy(identity, { ...network, clients }, openings),
    nameEgressPolicy: network.names && nameEgressPolicy(identity, network.names),
    disruptionBudget: disruptionBudget(identity, autoscaling?.minReplicas ?? replicas),
    podAutoscaler: autoscaling === undefined || autoscaling.kind === 'keda' ? undefined : podAutoscaler(identity, autoscaling),
    scaledObject: autoscaling?.kind === 'keda' ? scaledObject(identity, autoscaling) : undefined,
    monitor: monitoring && monitor(identity, monitoring),
    route: route && httpRoute(identity, route),
  };
}

/** What of the surroundings is said in the pod itself. */
export function surroundingPodFields(
  identity: ServingIdentity,
  { spread, priorityClassName, network }: SurroundingsSettings,
): Pick<PodSpec, 'topologySpreadConstraints' | 'priorityClassName' | 'dnsConfig'> {
  return {
    topologySpreadConstraints: [...spreadConstraints(identity, spread)],
    ...(priorityClassName !== undefined && { priorityClassName }),
    // Cilium refuses every question but those for the named hosts, and resolvers give up when the first of the search list is refused:
    // with this option a name with a dot is asked as it stands.
    ...(network.names?.provider === 'cilium' && { dnsConfig: { options: [{ name: 'ndots', value: '1' }] } }),
  };
}
