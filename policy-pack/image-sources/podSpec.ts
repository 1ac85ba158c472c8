import { cut, quoted } from '../../printing';
import { CONTAINER_FIELDS } from '../../image-places';
import { imageAt, insideEach, insideObject } from './descend';
import { readProperty } from './readProperty';
import type { PropertyNode } from './readProperty';
import type { Site } from './types';

/** Longest name that Kubernetes accepts for a container or volume (RFC 1123 label); longer text is cut before it reaches a message. */
const NAME_LIMIT = 63;

/**
 * The pod of this spec, and every image that it pulls: containers of all three kinds, and image volumes (`volumes[].image.reference`, KEP-4639),
 * through which model weights come and which admission tools mostly do not look at.
 *
 * A container without `image` gives no site: a patch need not set it, and the API server refuses a full pod without one.
 *
 * @param holder The object with the metadata of the pod.
 * @param others Containers beside those of the spec, whose images are told elsewhere.
 */
export function podSpecSites(spec: PropertyNode, holder?: PropertyNode, others: readonly PropertyNode[] = []): readonly Site[] {
  const containers = CONTAINER_FIELDS.flatMap(({ field, item }) =>
    insideEach(spec, field, { list: `${item}s`, item }, (container) => imageAt(container, 'image', named(item, container))),
  );
  const volumes = insideEach(spec, 'volumes', { list: 'volumes', item: 'volume' }, (volume) => {
    const what = named('image volume', volume);
    return insideObject(volume, 'image', what, (image) => imageAt(image, 'reference', what));
  });
  return [...containers, ...volumes, { path: spec.path, pod: { spec, holder, others } }];
}

/** `container "server"`; without the name when there is none to read. The path tells the item apart in any case. */
function named(item: string, node: PropertyNode): string {
  const name = readProperty(node, 'name');
  if (name.kind !== 'present' || typeof name.value !== 'string' || name.value === '') {
    return item;
  }
  return `${item} ${quoted(cut(name.value, NAME_LIMIT))}`;
}
