import type { Field } from '../pod/field';
import { shown } from '../pod/field';
import { undecidable, violation } from '../pod-security/observe';
import type { Observation } from '../pod-security/types';
import type { ModelPod } from './modelPod';
import type { Control } from './types';

/** What Kubernetes gives a pod to end when nothing is said, in seconds. */
const DEFAULT_GRACE_SECONDS = 30;

export const AVAILABILITY: readonly Control[] = [
  {
    id: 'probes',
    title: 'startup, readiness and liveness probes',
    severity: 'advise',
    reason: 'without them callers meet a server that is still loading or hangs, or a server that loads is restarted',
    fix: 'write startupProbe with time enough to load the model, readinessProbe and livenessProbe',
    look: ({ servers, runsToEnd }) =>
      runsToEnd
        ? []
        : servers.flatMap(({ field }) =>
            ['startupProbe', 'readinessProbe', 'livenessProbe']
              .map((probe) => field.at(probe))
              .filter((probe) => probe.isAbsent)
              .map((probe) => violation(probe, 'a probe')),
          ),
  },
  {
    id: 'drain',
    title: 'time to finish requests',
    severity: 'advise',
    reason: 'a pod that ends at once cuts answers off, and still gets requests until every proxy knows',
    fix: 'write lifecycle.preStop.sleep.seconds: 15 and a terminationGracePeriodSeconds well above it',
    look: drains,
  },
  {
    id: 'spread',
    title: 'replicas on different nodes',
    severity: 'advise',
    reason: 'one node that fails takes all replicas with it',
    fix: 'write topologySpreadConstraints over kubernetes.io/hostname',
    look: ({ pod, replicas, runsToEnd }) => {
      if (runsToEnd || (replicas?.number ?? 1) < 2) return [];
      const constraints = pod.spec.at('topologySpreadConstraints');
      const antiAffinity = pod.spec.at('affinity', 'podAntiAffinity');
      return constraints.items().length > 0 || !antiAffinity.isAbsent ? [] : [violation(constraints, 'a constraint', 'none')];
    },
  },
];

function drains({ pod, servers, runsToEnd }: ModelPod): readonly Observation[] {
  if (runsToEnd) return [];
  const grace = pod.spec.at('terminationGracePeriodSeconds');
  return servers.flatMap(({ field }) => {
    const preStop = field.at('lifecycle', 'preStop');
    if (preStop.isAbsent) return [violation(preStop, 'a pause before the end')];
    return endsAfter(grace, preStop.at('sleep', 'seconds'));
  });
}

function endsAfter(grace: Field, sleep: Field): readonly Observation[] {
  const expected = `more than the pause before the end (${shown(sleep)})`;
  const unknown = grace.unknownAt ?? sleep.unknownAt;
  if (unknown !== undefined) return [undecidable(unknown, expected)];
  return (grace.number ?? DEFAULT_GRACE_SECONDS) > (sleep.number ?? 0) ? [] : [violation(grace, expected)];
}
