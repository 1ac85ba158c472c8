import { PODS, POD_CONTROLLERS } from '../workloads';

/** The objects whose pods are judged: pods themselves, and what makes pods, so that `kubectl apply` of a Deployment is answered. */
export const WORKLOADS = [
  // Later changes of a pod cannot touch what is judged here, and must not be kept from taking a finalizer off.
  { ...PODS[0], operations: ['CREATE'] },
  {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: POD_CONTROLLERS.filter((name) => !name.endsWith('jobs')),
  },
  {
    apiGroups: ['batch'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: POD_CONTROLLERS.filter((name) => name.endsWith('jobs')),
  },
];

/** CEL: the pod of an object. A Pod is its own template: its spec has neither `jobTemplate` nor `template`. */
const templateOf = (object: 'object' | 'oldObject'): string =>
  `${object}.spec.?jobTemplate.?spec.?template.orValue(${object}.spec.?template.orValue(${object}))`;

export const TEMPLATE = templateOf('object');

/** The same of the object as it was. */
export const OLD_TEMPLATE = templateOf('oldObject');

/**
 * A change that leaves the pod alone is not judged again: a Deployment from before must still be scaled, and lose its finalizers. Metadata of
 * the template is part of it, since opt-outs are there.
 */
export const TEMPLATE_CHANGED = {
  name: 'pod-changed',
  expression: `request.operation == "CREATE" || ${TEMPLATE} != ${OLD_TEMPLATE}`,
} as const;
