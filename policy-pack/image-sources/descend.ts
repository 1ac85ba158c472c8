import { isObject, nameOfType, readProperty } from './readProperty';
import type { PropertyNode, PropertyReading } from './readProperty';
import type { ImageSite, Site } from './types';

/**
 * Steps into the properties of a resource. Each takes a parent, the key to follow and what is expected there in words, and either goes
 * on with what it finds or gives the one site that says why it could not: silence would let whatever lies below pass.
 */

/** The image reference at `key`; no site when the field is absent. */
export function imageAt(parent: PropertyNode, key: string, what: string): readonly ImageSite[] {
  return textAt(parent, key, what, 'an image reference', (reference, path) => [{ path, what, value: { kind: 'known', reference } }]);
}

/** What `accept` makes of the text at `key`; no site when the field is absent. `expected` names the text in words. */
export function textAt(
  parent: PropertyNode,
  key: string,
  what: string,
  expected: string,
  accept: (text: string, path: string) => readonly ImageSite[],
): readonly ImageSite[] {
  return follow(readProperty(parent, key), what, expected, (value, path) => (typeof value === 'string' ? accept(value, path) : undefined));
}

/** A field whose mere presence is the problem: one site that says what is `expected` instead and what was `found`. */
export function presentAt(parent: PropertyNode, key: string, what: string, expected: string, found: string): readonly ImageSite[] {
  return follow(readProperty(parent, key), what, expected, (_value, path) => [
    { path, what, value: { kind: 'unreadable', expected, found } },
  ]);
}

/** Goes on inside the object at `key`; no site when the field is absent. */
export function insideObject<Found extends Site = ImageSite>(
  parent: PropertyNode,
  key: string,
  what: string,
  inside: (child: PropertyNode) => readonly Found[],
): readonly (Found | ImageSite)[] {
  return follow(readProperty(parent, key), what, 'an object', (value, path) => (isObject(value) ? inside({ path, value }) : undefined));
}

/** Goes on inside each object of the list at `key`; no site when the field is absent. `whatItem` names an item that cannot be entered. */
export function insideEach<Found extends Site = ImageSite>(
  parent: PropertyNode,
  key: string,
  what: { readonly list: string; readonly item: string },
  inside: (item: PropertyNode) => readonly Found[],
): readonly (Found | ImageSite)[] {
  return follow(readProperty(parent, key), what.list, 'a list', (value, path) => {
    if (!Array.isArray(value)) {
      return undefined;
    }
    const sites: (Found | ImageSite)[] = [];
    // By index: iterating or mapping the proxied list would throw at the first unknown item and hide the others.
    for (let index = 0; index < value.length; index += 1) {
      for (const site of insideItem(readProperty({ path, value }, index), what.item, inside)) {
        sites.push(site);
      }
    }
    return sites;
  });
}

function insideItem<Found extends Site>(
  item: PropertyReading,
  what: string,
  inside: (item: PropertyNode) => readonly Found[],
): readonly (Found | ImageSite)[] {
  return item.kind === 'absent'
    ? [unreadable(item.path, what, 'an object', undefined)]
    : follow(item, what, 'an object', (value, path) => (isObject(value) ? inside({ path, value }) : undefined));
}

/** Hands a present value to `accept`; `undefined` from it means that the value is not the `expected` kind of thing. */
function follow<Found extends Site = ImageSite>(
  reading: PropertyReading,
  what: string,
  expected: string,
  accept: (value: unknown, path: string) => readonly Found[] | undefined,
): readonly (Found | ImageSite)[] {
  switch (reading.kind) {
    case 'absent':
      return [];
    case 'unknown':
      return [{ path: reading.path, what, value: { kind: 'unknown', unknownPath: reading.path } }];
    case 'present':
      return accept(reading.value, reading.path) ?? [unreadable(reading.path, what, expected, reading.value)];
  }
}

function unreadable(path: string, what: string, expected: string, found: unknown): ImageSite {
  return { path, what, value: { kind: 'unreadable', expected, found: nameOfType(found) } };
}
