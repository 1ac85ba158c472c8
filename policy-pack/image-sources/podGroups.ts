import { insideEach, insideObject } from './descend';
import { all, inSpec, podTemplateAt } from './kinds';
import type { KindFamily, KindReader } from './kinds';
import { jobTemplateAt } from './workloads';

const leaderWorkerSet = inSpec('workload spec', (spec) =>
  insideObject(spec, 'leaderWorkerTemplate', 'leader and worker', all(podTemplateAt('leaderTemplate'), podTemplateAt('workerTemplate'))),
);

const jobSet = inSpec('workload spec', (spec) =>
  insideEach(spec, 'replicatedJobs', { list: 'replicated jobs', item: 'replicated job' }, jobTemplateAt('template')),
);

/** Kubernetes SIG projects that start pods in groups: a server that spans several nodes, a training run. */
export const LEADER_WORKER_SET: KindFamily = {
  groups: new Set(['leaderworkerset.x-k8s.io']),
  readers: new Map<string, KindReader>([['LeaderWorkerSet', leaderWorkerSet]]),
};

export const JOB_SET: KindFamily = {
  groups: new Set(['jobset.x-k8s.io']),
  readers: new Map<string, KindReader>([['JobSet', jobSet]]),
};
