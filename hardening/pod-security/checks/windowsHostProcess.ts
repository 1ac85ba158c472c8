import { observe, oneOf } from '../observe';
import type { PodSecurityCheck } from '../types';

export const windowsHostProcess: PodSecurityCheck = {
  id: 'windowsHostProcess',
  level: 'baseline',
  reason: 'a HostProcess container is administrator on its Windows node',
  fix: 'remove hostProcess',
  look: (pod) =>
    [pod.spec.at('securityContext', 'windowsOptions', 'hostProcess'), ...pod.security('windowsOptions', 'hostProcess')].flatMap((field) =>
      observe(field, 'false or nothing', oneOf(false)),
    ),
};
