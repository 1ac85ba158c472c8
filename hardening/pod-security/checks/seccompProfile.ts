import { observe, undecidable, unless, violation } from '../observe';
import type { Pod } from '../../pod/pod';
import type { Observation, PodSecurityCheck } from '../types';

const EXPECTED = 'RuntimeDefault or Localhost';
const REASON = 'without a seccomp profile a container may make every system call, also those with a history of holes';
const FIX = 'write seccompProfile: { type: "RuntimeDefault" } in the security context of the pod';

const isConfined = (value: unknown): boolean => value === 'RuntimeDefault' || value === 'Localhost';

export const seccompProfileBaseline: PodSecurityCheck = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  reason: REASON,
  fix: FIX,
  look: (pod) =>
    [pod.spec.at('securityContext', 'seccompProfile'), ...pod.security('seccompProfile')]
      .filter((profile) => !profile.isAbsent)
      .flatMap((profile) => observe(profile.at('type'), EXPECTED, isConfined)),
};

export const seccompProfileRestricted: PodSecurityCheck = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  overrides: 'seccompProfile_baseline',
  reason: REASON,
  fix: FIX,
  look: (pod) => unless(pod.isWindows, pod.spec.at('os', 'name'), () => everybodyConfined(pod)),
};

function everybodyConfined(pod: Pod): readonly Observation[] {
  const ofPod = pod.spec.at('securityContext', 'seccompProfile');
  return [
    ...(ofPod.isAbsent ? [] : observe(ofPod.at('type'), EXPECTED, isConfined)).filter(({ outcome }) => outcome === 'violation'),
    ...pod.security('seccompProfile').flatMap((profile): readonly Observation[] => {
      if (!profile.isAbsent) return observe(profile.at('type'), EXPECTED, isConfined);
      const type = ofPod.at('type');
      if (type.unknownAt !== undefined) return [undecidable(type.unknownAt, EXPECTED)];
      return isConfined(type.value) ? [] : [violation(profile.at('type'), `${EXPECTED}, here or in spec.securityContext of the pod`)];
    }),
  ];
}
