import { eachAt, imageAt, inSpec, objectAt, podTemplateAt } from './places';
import type { ImageKinds, Place } from './types';

const cluster: readonly Place[] = [
  objectAt('headGroupSpec', 'head group', podTemplateAt('template')),
  eachAt('workerGroupSpecs', 'worker groups', 'worker group', podTemplateAt('template')),
  objectAt('autoscalerOptions', 'autoscaler', imageAt('image', 'Ray autoscaler')),
];

const job: readonly Place[] = [objectAt('rayClusterSpec', 'Ray cluster', ...cluster), podTemplateAt('submitterPodTemplate')];

/** KubeRay, under which vLLM and Ray Serve run on several nodes. */
export const RAY: ImageKinds = {
  groups: ['ray.io'],
  kinds: {
    RayCluster: { plural: 'rayclusters', places: inSpec('Ray cluster', ...cluster) },
    RayService: { plural: 'rayservices', places: inSpec('Ray service', objectAt('rayClusterConfig', 'Ray cluster', ...cluster)) },
    RayJob: { plural: 'rayjobs', places: inSpec('Ray job', ...job) },
    RayCronJob: { plural: 'raycronjobs', places: inSpec('Ray cron job', objectAt('jobTemplate', 'Ray job', ...job)) },
  },
};
