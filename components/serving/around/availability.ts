import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { isPlain, mapInput } from '../../arguments/mapInput';
import type { SpreadMode } from './args/availability';
import { metadataOf } from './identity';
import type { ServingIdentity } from './identity';

type Budget = k8s.types.input.policy.v1.PodDisruptionBudget;
type SpreadConstraint = k8s.types.input.core.v1.TopologySpreadConstraint;

/** What fails together: a zone, a node. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const TOPOLOGIES = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'] as const;

/**
 * Keeps one pod while nodes are drained; none for a single pod, because a budget that can never be met blocks the upgrade of the node.
 * A number of pods that is not known yet gets a budget that counts when it is known.
 *
 * A pod that is not ready may always be evicted: one that cannot start would otherwise hold its node.
 */
export function disruptionBudget(identity: ServingIdentity, replicas: pulumi.Input<number>): Budget | undefined {
  if (isPlain(replicas) && replicas <= 1) {
    return undefined;
  }
  return {
    metadata: metadataOf(identity),
    spec: {
      minAvailable: mapInput(replicas, (count) => (count > 1 ? 1 : 0)),
      selector: { matchLabels: identity.selector },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}

/**
 * Pods apart by zone and node. Counted within one version of the pods: during a roll-out the old ones would otherwise push the new ones
 * together.
 */
export function spreadConstraints(identity: ServingIdentity, mode: SpreadMode): readonly SpreadConstraint[] {
  return TOPOLOGIES.map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: mode === 'required' ? 'DoNotSchedule' : 'ScheduleAnyway',
    labelSelector: { matchLabels: identity.selector },
    matchLabelKeys: ['pod-template-hash'],
  }));
}
