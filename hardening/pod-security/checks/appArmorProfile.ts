import { observe, oneOf } from '../observe';
import type { PodSecurityCheck } from '../types';

const ANNOTATION_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

export const appArmorProfile: PodSecurityCheck = {
  id: 'appArmorProfile',
  level: 'baseline',
  reason: 'without its AppArmor profile a container may do what the runtime meant to forbid',
  fix: 'write appArmorProfile: { type: "RuntimeDefault" }, or remove it',
  look: (pod) => [
    ...[pod.spec.at('securityContext', 'appArmorProfile'), ...pod.security('appArmorProfile')]
      // A profile without a type is a profile of no known type.
      .filter((profile) => !profile.isAbsent)
      .flatMap((profile) =>
        observe(profile.at('type'), 'RuntimeDefault or Localhost', (value) => value === 'RuntimeDefault' || value === 'Localhost'),
      ),
    ...observe(pod.metadata.at('annotations'), 'annotations that are known', () => true), // looked at one by one:
    ...pod.metadata
      .at('annotations')
      .entries()
      .filter(([key]) => key.startsWith(ANNOTATION_PREFIX))
      .flatMap(([, value]) => observe(value, 'runtime/default or localhost/*', isAllowedAnnotation)),
  ],
};

const isAllowedAnnotation = (value: unknown): boolean =>
  oneOf('', 'runtime/default')(value) || (typeof value === 'string' && value.startsWith('localhost/'));
