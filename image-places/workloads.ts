import { inSpec, jobTemplateAt, podSpecAt, podTemplateAt } from './places';
import type { ImageKinds } from './types';

const controller = inSpec('workload spec', podTemplateAt('template'));

/** The built-in workloads. Pulumi writes the core group `core` in type tokens, manifests leave it out. */
export const WORKLOADS: ImageKinds = {
  groups: ['', 'core', 'apps', 'batch', 'extensions'],
  kinds: {
    Pod: { plural: 'pods', places: [podSpecAt('spec')] },
    PodTemplate: { plural: 'podtemplates', places: [podTemplateAt('template')] },
    Deployment: { plural: 'deployments', places: controller },
    StatefulSet: { plural: 'statefulsets', places: controller },
    DaemonSet: { plural: 'daemonsets', places: controller },
    ReplicaSet: { plural: 'replicasets', places: controller },
    ReplicationController: { plural: 'replicationcontrollers', places: controller },
    Job: { plural: 'jobs', places: controller },
    CronJob: { plural: 'cronjobs', places: inSpec('workload spec', jobTemplateAt('jobTemplate')) },
  },
};
