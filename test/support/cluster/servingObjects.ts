import type { ModelServingArgs } from '../../../components';
import type { CustomObject } from '../../../components/serving/around/customObject';
import { modelServingManifests } from '../../../components/serving/manifests';
import { modelServingSettings } from '../../../components/serving/settings';
import type { Manifest } from './apiClient';

/** Kinds of the manifests that Pulumi's own resource classes complete. */
const KINDS = {
  serviceAccount: ['v1', 'ServiceAccount'],
  service: ['v1', 'Service'],
  networkPolicy: ['networking.k8s.io/v1', 'NetworkPolicy'],
  disruptionBudget: ['policy/v1', 'PodDisruptionBudget'],
  podAutoscaler: ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  verificationConfig: ['v1', 'ConfigMap'],
  gpuClaimTemplate: ['resource.k8s.io/v1', 'ResourceClaimTemplate'],
  deployment: ['apps/v1', 'Deployment'],
} as const;

const CUSTOM = ['nameEgressPolicy', 'scaledObject', 'monitor', 'route', 'kserve'] as const;

/** Everything that ModelServing registers for plain arguments, as the API server gets it, the service account first. */
export function servingObjects(name: string, args: ModelServingArgs): readonly Manifest[] {
  const manifests = modelServingManifests(name, modelServingSettings(name, args));
  const known = Object.entries(KINDS).map(([key, [apiVersion, kind]]) => {
    const manifest = manifests[key as keyof typeof KINDS];
    return manifest && { apiVersion, kind, ...manifest };
  });
  const custom = CUSTOM.map((key) => manifests[key]);
  // KServe makes the Deployment itself.
  return [...known, ...custom]
    .filter((object) => object !== undefined)
    .filter(({ kind }) => kind !== 'Deployment' || manifests.kserve === undefined)
    .map(plain);
}

/** The object of this kind among `objects`. */
export function only(objects: readonly Manifest[], kind: string): Manifest {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`expected one ${kind}, found ${found.length}`);
  return found[0]!;
}

/** Manifests of plain arguments hold no outputs, but fields that are undefined. */
export const plain = (object: object | CustomObject): Manifest => JSON.parse(JSON.stringify(object)) as Manifest;
