import type { Field } from '../../pod/field';
import { observe, undecidable, unless, violation } from '../observe';
import type { Observation, PodSecurityCheck } from '../types';

export const capabilitiesRestricted: PodSecurityCheck = {
  id: 'capabilities_restricted',
  level: 'restricted',
  overrides: 'capabilities_baseline',
  reason: 'a server needs no capability, and each one left is a way out for code that got in',
  fix: 'write capabilities: { drop: ["ALL"] } and nothing in add but NET_BIND_SERVICE',
  look: (pod) =>
    unless(pod.isWindows, pod.spec.at('os', 'name'), () =>
      pod.security('capabilities').flatMap((capabilities) => [
        ...dropsAll(capabilities.at('drop')),
        ...capabilities
          .at('add')
          .items()
          .flatMap((item) => observe(item, 'NET_BIND_SERVICE or nothing', (value) => value === 'NET_BIND_SERVICE')),
      ]),
    ),
};

function dropsAll(drop: Field): readonly Observation[] {
  const items = drop.items();
  if (items.some((item) => item.value === 'ALL')) return [];
  const unknown = items.find((item) => item.isUnknown)?.unknownAt;
  return [
    unknown === undefined
      ? violation(drop, '["ALL"]', items.length === 0 ? 'nothing' : 'a list without "ALL"')
      : undecidable(unknown, '["ALL"]'),
  ];
}
