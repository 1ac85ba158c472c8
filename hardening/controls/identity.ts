import { observe, oneOf, violation } from '../pod-security/observe';
import type { Observation } from '../pod-security/types';
import type { ModelPod } from './modelPod';
import type { Control } from './types';

export const IDENTITY: readonly Control[] = [
  {
    id: 'numeric-user',
    title: 'numeric user and group',
    severity: 'advise',
    reason: 'the user of the image may change with the next image, and the kubelet cannot tell whether a user by name is root',
    fix: 'write runAsUser and runAsGroup of the server in the security context of the pod',
    look: ({ pod, servers }) =>
      pod.isWindows === true
        ? []
        : ['runAsUser', 'runAsGroup'].flatMap((key) => {
            const ofPod = pod.spec.at('securityContext', key);
            if (!ofPod.isAbsent) return observe(ofPod, 'a number', isNumber);
            return servers.flatMap(({ field }) => observe(field.at('securityContext', key), 'a number, here or in the pod', isNumber));
          }),
  },
  {
    id: 'no-service-account-token',
    title: 'no token of the API server',
    severity: 'block',
    reason: 'whoever takes the server over could talk to the API server with it',
    fix: 'write automountServiceAccountToken: false in the pod',
    look: ({ pod }) => observe(pod.spec.at('automountServiceAccountToken'), 'false', (value) => value === false),
  },
  {
    id: 'own-service-account',
    title: 'a ServiceAccount of its own',
    severity: 'advise',
    reason: 'rights that somebody gives to the account "default" reach every pod of the namespace',
    fix: 'create a ServiceAccount for this server, and name it in serviceAccountName',
    look: ({ pod }) =>
      observe(
        pod.spec.at('serviceAccountName'),
        'an account other than "default"',
        (value) => typeof value === 'string' && !['', 'default'].includes(value),
      ),
  },
  {
    id: 'user-namespace',
    title: 'a user namespace on CPUs, none on accelerators',
    severity: 'advise',
    reason:
      'in a user namespace root of the container is nobody on the node; with accelerators the NVIDIA container toolkit fails in one, and the pod does not start',
    fix: 'write hostUsers: false in pods without accelerators, and leave it out in pods with some',
    look: userNamespace,
  },
];

const isNumber = (value: unknown): boolean => typeof value === 'number';

/** NVIDIA GPU Operator documentation, cdi.rst, known issues: nvidia-cdi-hook runs as the mapped user and cannot read the bundle. */
function userNamespace(model: ModelPod): readonly Observation[] {
  const { pod } = model;
  const field = pod.spec.at('hostUsers');
  if (model.hasAccelerator) return observe(field, 'nothing, or true, on a pod with accelerators', oneOf(true));
  if (pod.isWindows === true) return [];
  return field.isAbsent ? [violation(field, 'false')] : observe(field, 'false', (value) => value === false);
}
