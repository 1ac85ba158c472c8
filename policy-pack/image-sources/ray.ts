import { imageAt, insideEach, insideObject } from './descend';
import { all, inSpec, podTemplateAt } from './kinds';
import type { KindFamily, KindReader } from './kinds';

const cluster: KindReader = all(
  (spec) => insideObject(spec, 'headGroupSpec', 'head group', podTemplateAt('template')),
  (spec) => insideEach(spec, 'workerGroupSpecs', { list: 'worker groups', item: 'worker group' }, podTemplateAt('template')),
  (spec) => insideObject(spec, 'autoscalerOptions', 'autoscaler', (options) => imageAt(options, 'image', 'Ray autoscaler')),
);

const job: KindReader = all((spec) => insideObject(spec, 'rayClusterSpec', 'Ray cluster', cluster), podTemplateAt('submitterPodTemplate'));

/** KubeRay, under which vLLM and Ray Serve run on several nodes. */
export const RAY: KindFamily = {
  groups: new Set(['ray.io']),
  readers: new Map<string, KindReader>([
    ['RayCluster', inSpec('Ray cluster', cluster)],
    ['RayService', inSpec('Ray service', (spec) => insideObject(spec, 'rayClusterConfig', 'Ray cluster', cluster))],
    ['RayJob', inSpec('Ray job', job)],
    ['RayCronJob', inSpec('Ray cron job', (spec) => insideObject(spec, 'jobTemplate', 'Ray job', job))],
  ]),
};
