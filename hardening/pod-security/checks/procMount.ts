import type { Pod } from '../../pod/pod';
import { observe, oneOf, unless } from '../observe';
import { isAtLeast } from '../types';
import type { Observation, PodSecurityCheck } from '../types';

const WORDS = {
  reason: 'without the masks over /proc a container reads and changes settings of its node',
  fix: 'remove procMount',
} as const;

export const procMount: PodSecurityCheck = {
  id: 'procMount',
  level: 'baseline',
  ...WORDS,
  look: (pod, version) =>
    isAtLeast(version, '1.35') ? unless(pod.hasUserNamespace, pod.spec.at('hostUsers'), () => masked(pod)) : masked(pod),
};

export const procMountRestricted: PodSecurityCheck = {
  id: 'procMount_restricted',
  level: 'restricted',
  since: '1.35',
  overrides: 'procMount',
  ...WORDS,
  look: masked,
};

function masked(pod: Pod): readonly Observation[] {
  return pod.security('procMount').flatMap((field) => observe(field, 'Default or nothing', oneOf('Default')));
}
