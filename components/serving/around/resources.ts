import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import type { CustomObject } from './customObject';
import type { SurroundingManifests } from './manifests';

/** Registers the network policies; pods must come later, or they would have the network of the namespace until then. */
export function createNetworkPolicies(name: string, manifests: SurroundingManifests, parent: pulumi.Resource): readonly pulumi.Resource[] {
  const policy = new k8s.networking.v1.NetworkPolicy(name, manifests.networkPolicy, { parent });
  const { nameEgressPolicy } = manifests;
  return nameEgressPolicy === undefined ? [policy] : [policy, createCustomObject(`${name}-names`, nameEgressPolicy, { parent })];
}

/** Registers everything else around the pods. */
export function createSurroundings(name: string, manifests: SurroundingManifests, parent: pulumi.Resource): void {
  if (manifests.disruptionBudget) {
    new k8s.policy.v1.PodDisruptionBudget(name, manifests.disruptionBudget, { parent });
  }
  if (manifests.podAutoscaler) {
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(name, manifests.podAutoscaler, { parent });
  }
  for (const object of [manifests.scaledObject, manifests.monitor, manifests.route]) {
    if (object !== undefined) {
      createCustomObject(name, object, { parent });
    }
  }
}

/** Registers an object of a custom kind. */
export function createCustomObject(name: string, object: CustomObject, options: pulumi.CustomResourceOptions): pulumi.Resource {
  return new k8s.apiextensions.CustomResource(name, { ...object }, options);
}
