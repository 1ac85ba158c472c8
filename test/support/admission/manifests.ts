/** A Kubernetes object with images in it, as the cluster takes it and as the policy pack sees it. */
export interface Workload {
  readonly manifest: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace: string };
    readonly [field: string]: unknown;
  };
  /** Type of the Pulumi resource. */
  readonly type: string;
}

export const NAMESPACE = 'models';

const container = (image: string, index = 0) => ({ name: `c${index}`, image });

const workload = (apiVersion: string, kind: string, spec: object): Workload => ({
  manifest: { apiVersion, kind, metadata: { name: `case-${kind.toLowerCase()}`, namespace: NAMESPACE }, spec },
  type: `kubernetes:${apiVersion === 'v1' ? 'core/v1' : apiVersion}:${kind}`,
});

const template = (image: string, fields: object = {}) => ({
  metadata: { labels: { app: 'case' } },
  spec: { containers: [container(image)], ...fields },
});
const selector = { matchLabels: { app: 'case' } };

/** Every way in which an image comes into a pod; `good` is a signed image for the other places. */
export const WORKLOADS: Readonly<Record<string, (image: string, good: string) => Workload>> = {
  Pod: (image) => workload('v1', 'Pod', { containers: [container(image)] }),
  'Pod, second container': (image, good) => workload('v1', 'Pod', { containers: [container(good), container(image, 1)] }),
  'Pod, init container': (image, good) => workload('v1', 'Pod', { containers: [container(good)], initContainers: [container(image, 1)] }),
  'Pod, image volume': (image, good) =>
    workload('v1', 'Pod', { containers: [container(good)], volumes: [{ name: 'model', image: { reference: image } }] }),
  'Pod, behind one image in two containers': (image, good) =>
    workload('v1', 'Pod', { containers: [container(good), container(good, 1), container(image, 2)] }),
  'Pod, before one image in two containers': (image, good) =>
    workload('v1', 'Pod', { containers: [container(image), container(image, 1), container(good, 2)] }),
  Deployment: (image) => workload('apps/v1', 'Deployment', { selector, template: template(image) }),
  'Deployment, image volume': (image, good) =>
    workload('apps/v1', 'Deployment', {
      selector,
      template: template(good, { volumes: [{ name: 'model', image: { reference: image } }] }),
    }),
  StatefulSet: (image) => workload('apps/v1', 'StatefulSet', { selector, serviceName: 'case', template: template(image) }),
  DaemonSet: (image) => workload('apps/v1', 'DaemonSet', { selector, template: template(image) }),
  ReplicaSet: (image) => workload('apps/v1', 'ReplicaSet', { selector, template: template(image) }),
  Job: (image) => workload('batch/v1', 'Job', { template: template(image, { restartPolicy: 'Never' }) }),
  CronJob: (image) =>
    workload('batch/v1', 'CronJob', {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: template(image, { restartPolicy: 'Never' }) } },
    }),
};
