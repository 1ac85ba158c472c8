import { insideObject } from './descend';
import { inSpec, podSpecAt, podTemplateAt } from './kinds';
import type { KindFamily, KindReader } from './kinds';

const controller = inSpec('workload spec', podTemplateAt('template'));

/** A CronJob holds jobs, and JobSets do too: a job template with a job spec with a pod template. */
export const jobTemplateAt =
  (key: string): KindReader =>
  (holder) =>
    insideObject(holder, key, 'job template', inSpec('job spec', podTemplateAt('template')));

/** The built-in workloads. Pulumi writes the core group `core` in type tokens, manifests leave it out. */
export const WORKLOADS: KindFamily = {
  groups: new Set(['', 'core', 'apps', 'batch', 'extensions']),
  readers: new Map<string, KindReader>([
    ['Pod', podSpecAt('spec')],
    ['PodTemplate', podTemplateAt('template')],
    ['Deployment', controller],
    ['StatefulSet', controller],
    ['DaemonSet', controller],
    ['ReplicaSet', controller],
    ['ReplicationController', controller],
    ['Job', controller],
    ['CronJob', inSpec('workload spec', jobTemplateAt('jobTemplate'))],
  ]),
};
