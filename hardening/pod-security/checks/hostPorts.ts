import { observe, oneOf } from '../observe';
import type { PodSecurityCheck } from '../types';

export const hostPorts: PodSecurityCheck = {
  id: 'hostPorts',
  level: 'baseline',
  reason: 'a port of the node is reachable past every network policy',
  fix: 'remove hostPort and hostNetwork, and publish the pod with a Service',
  look: (pod) =>
    pod.containers.flatMap(({ field }) =>
      field
        .at('ports')
        .items()
        .flatMap((port) => observe(port.at('hostPort'), '0 or nothing', oneOf(0))),
    ),
};
