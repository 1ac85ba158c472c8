import type { Pod } from '../../pod/pod';
import { observe, oneOf, undecidable, unless, violation } from '../observe';
import { isAtLeast } from '../types';
import type { Observation, PodSecurityCheck } from '../types';

export const runAsNonRoot: PodSecurityCheck = {
  id: 'runAsNonRoot',
  level: 'restricted',
  reason: 'root in a container is root on the node as soon as something else fails',
  fix: 'write securityContext: { runAsNonRoot: true, runAsUser: 1000 } in the pod',
  look: (pod, version) =>
    isAtLeast(version, '1.35') ? unless(pod.hasUserNamespace, pod.spec.at('hostUsers'), () => nobodyIsRoot(pod)) : nobodyIsRoot(pod),
};

function nobodyIsRoot(pod: Pod): readonly Observation[] {
  const ofPod = pod.spec.at('securityContext', 'runAsNonRoot');
  return [
    ...observe(ofPod, 'true', oneOf(true)).filter(({ outcome }) => outcome === 'violation'),
    ...pod.security('runAsNonRoot').flatMap((field): readonly Observation[] => {
      if (!field.isAbsent) return observe(field, 'true', (value) => value === true);
      if (ofPod.unknownAt !== undefined) return [undecidable(ofPod.unknownAt, 'true')];
      return ofPod.isAbsent ? [violation(field, 'true, here or in spec.securityContext of the pod')] : [];
    }),
  ];
}
