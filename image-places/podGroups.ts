import { eachAt, inSpec, jobTemplateAt, objectAt, podTemplateAt } from './places';
import type { ImageKinds } from './types';

const leaderWorkerSet = inSpec(
  'workload spec',
  objectAt('leaderWorkerTemplate', 'leader and worker', podTemplateAt('leaderTemplate'), podTemplateAt('workerTemplate')),
);

const jobSet = inSpec('workload spec', eachAt('replicatedJobs', 'replicated jobs', 'replicated job', jobTemplateAt('template')));

/** Kubernetes SIG projects that start pods in groups: a server that spans several nodes, a training run. */
export const LEADER_WORKER_SET: ImageKinds = {
  groups: ['leaderworkerset.x-k8s.io'],
  kinds: { LeaderWorkerSet: { plural: 'leaderworkersets', places: leaderWorkerSet } },
};

export const JOB_SET: ImageKinds = {
  groups: ['jobset.x-k8s.io'],
  kinds: { JobSet: { plural: 'jobsets', places: jobSet } },
};
