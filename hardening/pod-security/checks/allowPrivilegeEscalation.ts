import { observe, unless } from '../observe';
import type { PodSecurityCheck } from '../types';

export const allowPrivilegeEscalation: PodSecurityCheck = {
  id: 'allowPrivilegeEscalation',
  level: 'restricted',
  reason: 'a set-user-id program in the image makes its caller root; the default is to allow that',
  fix: 'write allowPrivilegeEscalation: false in every container',
  look: (pod) =>
    unless(pod.isWindows, pod.spec.at('os', 'name'), () =>
      pod.security('allowPrivilegeEscalation').flatMap((field) => observe(field, 'false', (value) => value === false)),
    ),
};
