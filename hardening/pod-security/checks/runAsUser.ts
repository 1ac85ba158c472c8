import type { Pod } from '../../pod/pod';
import { observe, unless } from '../observe';
import { isAtLeast } from '../types';
import type { Observation, PodSecurityCheck } from '../types';

export const runAsUser: PodSecurityCheck = {
  id: 'runAsUser',
  level: 'restricted',
  reason: 'user 0 is root, and the kubelet then refuses to start the container',
  fix: 'set the numeric id of an ordinary user, or remove runAsUser',
  look: (pod, version) =>
    isAtLeast(version, '1.35') ? unless(pod.hasUserNamespace, pod.spec.at('hostUsers'), () => ordinaryUsers(pod)) : ordinaryUsers(pod),
};

function ordinaryUsers(pod: Pod): readonly Observation[] {
  return [pod.spec.at('securityContext', 'runAsUser'), ...pod.security('runAsUser')].flatMap((field) =>
    observe(field, 'a user other than 0, or nothing', (value) => value === undefined || (typeof value === 'number' && value !== 0)),
  );
}
