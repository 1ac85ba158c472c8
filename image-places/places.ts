import type { Place } from './types';

export const objectAt = (key: string, what: string, ...inside: readonly Place[]): Place => ({ kind: 'object', key, what, inside });

export const eachAt = (key: string, list: string, item: string, ...inside: readonly Place[]): Place => ({
  kind: 'each',
  key,
  what: { list, item },
  inside,
});

export const imageAt = (key: string, what?: string): Place => ({ kind: 'image', key, ...(what !== undefined && { what }) });

export const splitImageAt = (key: string, what?: string): Place => ({ kind: 'splitImage', key, ...(what !== undefined && { what }) });

export const modelUriAt = (key: string, what: string): Place => ({ kind: 'modelUri', key, what });

/** Places below the `spec` of an object. */
export const inSpec = (what: string, ...inside: readonly Place[]): readonly Place[] => [objectAt('spec', what, ...inside)];

export const podSpecAt = (key: string, what = 'pod spec'): Place => ({ kind: 'podSpecAt', key, what });

/** The pod template at `key`: metadata and a pod spec. */
export const podTemplateAt = (key: string): Place => objectAt(key, 'pod template', podSpecAt('spec'));

/** CronJobs hold jobs, and JobSets do too: a job template with a job spec with a pod template. */
export const jobTemplateAt = (key: string): Place => objectAt(key, 'job template', objectAt('spec', 'job spec', podTemplateAt('template')));
