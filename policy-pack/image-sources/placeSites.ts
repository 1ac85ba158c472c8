import type { Place } from '../../image-places';
import { imageAt, insideEach, insideObject, presentAt } from './descend';
import { modelUriAt } from './modelUri';
import { podSpecSites } from './podSpec';
import { isObject, readProperty } from './readProperty';
import type { PropertyNode } from './readProperty';
import { splitImageAt } from './splitImage';
import type { ImageSite, Site } from './types';

/**
 * What stands at the places of an object.
 *
 * @param around What the object is, in words, for places that do not say it themselves.
 */
export function placeSites(places: readonly Place[], object: PropertyNode, around = 'object'): readonly Site[] {
  return places.flatMap((place) => sitesAt(place, object, around));
}

function sitesAt(place: Place, object: PropertyNode, around: string): readonly Site[] {
  switch (place.kind) {
    case 'object':
      return insideObject(object, place.key, place.what, (child) => placeSites(place.inside, child, place.what));
    case 'objects':
      return place.keys.flatMap((key) => {
        const what = `${key} ${place.what}`;
        return insideObject(object, key, what, (child) => placeSites(place.inside, child, what));
      });
    case 'each':
      return insideEach(object, place.key, place.what, (item) => placeSites(place.inside, item, place.what.item));
    case 'podSpec':
      // In a place of its own: metadata of its pods comes from the resource.
      return podSpecSites(object, undefined, objectsAt(object, place.others ?? []));
    case 'podSpecAt':
      return insideObject(object, place.key, place.what, (spec) => podSpecSites(spec, object));
    case 'image':
      return imageAt(object, place.key, place.what ?? around);
    case 'splitImage':
      return splitImageAt(object, place.key, place.what ?? around);
    case 'modelUri':
      return modelUriAt(object, place.key, place.what);
    case 'modelVariable':
      return modelVariables(object, place.name, place.what);
    case 'forbidden':
      return presentAt(object, place.key, place.what, place.expected, place.found);
  }
}

function objectsAt(holder: PropertyNode, keys: readonly string[]): readonly PropertyNode[] {
  return keys.flatMap((key) => {
    const found = readProperty(holder, key);
    return found.kind === 'present' && isObject(found.value) ? [{ path: found.path, value: found.value }] : [];
  });
}

/** What could hide the variable (unknown containers, an unknown environment) is left out: podSpecSites tells it where it hides an image. */
function modelVariables(component: PropertyNode, name: string, what: string): readonly ImageSite[] {
  const sites = insideEach(component, 'containers', { list: 'containers', item: 'container' }, (container) =>
    insideEach(container, 'env', { list: 'environment', item: 'environment variable' }, (variable) => {
      const found = readProperty(variable, 'name');
      return found.kind === 'present' && found.value === name ? modelUriAt(variable, 'value', what) : [];
    }),
  );
  return sites.filter((site) => site.what === what);
}
