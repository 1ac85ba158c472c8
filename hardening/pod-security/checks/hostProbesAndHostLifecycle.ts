import { observe, oneOf } from '../observe';
import type { PodSecurityCheck } from '../types';

const HANDLERS = [['livenessProbe'], ['readinessProbe'], ['startupProbe'], ['lifecycle', 'postStart'], ['lifecycle', 'preStop']] as const;

export const hostProbesAndHostLifecycle: PodSecurityCheck = {
  id: 'hostProbesAndHostLifecycle',
  level: 'baseline',
  since: '1.34',
  reason: 'the kubelet calls that host from the network of the node, which lets a pod probe what it cannot reach itself',
  fix: 'remove host; the kubelet then calls the pod',
  look: (pod) =>
    pod.containers.flatMap(({ field }) =>
      HANDLERS.flatMap((handler) =>
        ['httpGet', 'tcpSocket'].flatMap((action) => observe(field.at(...handler, action, 'host'), 'no host', oneOf(''))),
      ),
    ),
};
