import { observe, oneOf } from '../observe';
import type { PodSecurityCheck } from '../types';

export const privileged: PodSecurityCheck = {
  id: 'privileged',
  level: 'baseline',
  reason: 'a privileged container is root on its node',
  fix: 'remove privileged; device plugins give access to accelerators without it',
  look: (pod) => pod.security('privileged').flatMap((field) => observe(field, 'false or nothing', oneOf(false))),
};
