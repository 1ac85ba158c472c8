import { insideObject } from './descend';
import { podSpecSites } from './podSpec';
import type { PropertyNode } from './readProperty';
import type { Site } from './types';

/** Sites of one object whose kind is settled. */
export type KindReader = (object: PropertyNode) => readonly Site[];

/** Kinds that belong together, because one operator or the API server itself runs them. */
export interface KindFamily {
  /** API groups of the kinds: `serving.kserve.io`; the core group is the empty text. */
  readonly groups: ReadonlySet<string>;
  readonly readers: ReadonlyMap<string, KindReader>;
}

/** Sites below the `spec` of an object. */
export const inSpec =
  (what: string, inside: KindReader): KindReader =>
  (object) =>
    insideObject(object, 'spec', what, inside);

/** Sites of the pod spec at `key`. */
export const podSpecAt =
  (key: string, what = 'pod spec'): KindReader =>
  (holder) =>
    insideObject(holder, key, what, (spec) => podSpecSites(spec, holder));

/** Sites of the pod template at `key`: metadata and a pod spec. */
export const podTemplateAt =
  (key: string): KindReader =>
  (holder) =>
    insideObject(holder, key, 'pod template', podSpecAt('spec'));

/** Everything that several readers find in the same object. */
export const all =
  (...readers: readonly KindReader[]): KindReader =>
  (object) =>
    readers.flatMap((reader) => reader(object));
