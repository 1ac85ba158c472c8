import { observe, oneOf } from '../observe';
import type { PodSecurityCheck } from '../types';

const TYPES = ['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'] as const;

export const seLinuxOptions: PodSecurityCheck = {
  id: 'seLinuxOptions',
  level: 'baseline',
  reason: 'another SELinux label takes the container out of its confinement',
  fix: 'remove seLinuxOptions, or set its type to container_t only',
  look: (pod) =>
    [pod.spec.at('securityContext', 'seLinuxOptions'), ...pod.security('seLinuxOptions')].flatMap((options) => [
      ...observe(options.at('type'), `nothing, ${TYPES.join(', ')}`, oneOf('', ...TYPES)),
      ...observe(options.at('user'), 'nothing', oneOf('')),
      ...observe(options.at('role'), 'nothing', oneOf('')),
    ]),
};
