import { observe, oneOf } from '../pod-security/observe';
import type { Control } from './types';

export const ISOLATION: readonly Control[] = [
  {
    id: 'read-only-root',
    title: 'a read-only root file system',
    severity: 'block',
    reason: 'who can write to the root can leave programs there, or change those of the server',
    fix: 'write readOnlyRootFilesystem: true, and mount an emptyDir with a sizeLimit where the server writes',
    look: ({ pod }) =>
      pod.isWindows === true
        ? []
        : pod.containers
            .filter(({ kind }) => kind !== 'ephemeralContainers')
            .flatMap(({ field }) => observe(field.at('securityContext', 'readOnlyRootFilesystem'), 'true', (value) => value === true)),
  },
  {
    id: 'no-shared-processes',
    title: 'no shared process namespace',
    severity: 'block',
    reason: 'a container beside the server could read its memory and file system through /proc',
    fix: 'remove shareProcessNamespace',
    look: ({ pod }) => observe(pod.spec.at('shareProcessNamespace'), 'false or nothing', oneOf(false)),
  },
  {
    id: 'app-armor-profile',
    title: 'an AppArmor profile',
    severity: 'advise',
    reason: 'without one in the pod it depends on the node whether the container is confined',
    fix: 'write appArmorProfile: { type: "RuntimeDefault" } in the security context of the pod, if its nodes have AppArmor',
    look: ({ pod, servers }) => {
      if (pod.isWindows === true) return [];
      const ofPod = pod.spec.at('securityContext', 'appArmorProfile', 'type');
      const places = ofPod.isAbsent ? servers.map(({ field }) => field.at('securityContext', 'appArmorProfile', 'type')) : [ofPod];
      return places.flatMap((field) =>
        observe(field, 'RuntimeDefault or Localhost', (value) => value === 'RuntimeDefault' || value === 'Localhost'),
      );
    },
  },
  {
    id: 'no-service-links',
    title: 'no variables of other Services',
    severity: 'advise',
    reason: 'Kubernetes adds variables for every Service of the namespace; one named "vllm" changes settings of vLLM',
    fix: 'write enableServiceLinks: false',
    look: ({ pod }) => observe(pod.spec.at('enableServiceLinks'), 'false', (value) => value === false),
  },
  {
    id: 'no-runtime-class',
    title: 'no NVIDIA runtime class',
    severity: 'advise',
    reason:
      'since GPU Operator 25.10 pods get their GPUs without it; the class also brings NVIDIA_VISIBLE_DEVICES, which goes past the device plugin',
    fix: 'remove runtimeClassName',
    look: ({ pod }) => observe(pod.spec.at('runtimeClassName'), 'nothing', (value) => typeof value !== 'string' || !/^nvidia/i.test(value)),
  },
  {
    id: 'ordinary-priority',
    title: 'no priority class of the system',
    severity: 'block',
    reason: 'a server with the priority of the system pushes out what keeps the node or cluster alive',
    fix: 'create a PriorityClass for models, and name it in priorityClassName',
    look: ({ pod }) =>
      observe(pod.spec.at('priorityClassName'), 'no system-* class', (value) => typeof value !== 'string' || !value.startsWith('system-')),
  },
];
