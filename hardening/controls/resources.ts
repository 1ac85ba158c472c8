import { observe } from '../pod-security/observe';
import { quantity } from './quantity';
import type { Control } from './types';

/** Containers without a limit take what they find; `cpu` is shared fairly, so a request is enough for it. */
const LIMITED = ['memory', 'ephemeral-storage'] as const;

export const RESOURCES: readonly Control[] = [
  {
    id: 'resource-limits',
    title: 'limits of memory and disk, an amount of cpu',
    severity: 'block',
    reason: 'without limits one model takes the memory or the disk of its node from every other pod there',
    fix: 'write memory and ephemeral-storage in resources.limits, and cpu in limits or requests, of every container',
    look: ({ pod }) =>
      pod.containers
        .filter(({ kind }) => kind !== 'ephemeralContainers')
        .flatMap(({ field }) => {
          const { limits, requests } = { limits: field.at('resources', 'limits'), requests: field.at('resources', 'requests') };
          const cpu = limits.at('cpu').isAbsent ? requests.at('cpu') : limits.at('cpu');
          return [...LIMITED.map((resource) => limits.at(resource)), cpu].flatMap((amount) =>
            observe(amount, 'an amount', (value) => (quantity(value) ?? 0) > 0),
          );
        }),
  },
];
