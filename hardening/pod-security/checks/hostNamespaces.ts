import { observe, oneOf } from '../observe';
import type { PodSecurityCheck } from '../types';

export const hostNamespaces: PodSecurityCheck = {
  id: 'hostNamespaces',
  level: 'baseline',
  reason: 'a pod in the namespaces of its node sees and reaches the processes, network and memory of everything there',
  fix: 'remove hostNetwork, hostPID and hostIPC; shared memory is a Memory emptyDir at /dev/shm',
  look: (pod) => ['hostNetwork', 'hostPID', 'hostIPC'].flatMap((key) => observe(pod.spec.at(key), 'false or nothing', oneOf(false))),
};
