import { CLAIM_SCHEME, CONTAINER_FIELDS, OCI_SCHEME, SCHEME } from '../../../image-places';
import type { Place } from '../../../image-places';
import { celText, celTexts } from '../celText';

/**
 * CEL for what stands at the places of an object: a list of texts. Written in the functions that Kyverno gives to its own policies: the API
 * server knows `flatten` from 1.34 on only, so none of this may become a match condition, which Kyverno hands on to it.
 */

/** A place that is no way to others. */
type Leaf = Exclude<Place, { readonly kind: 'object' | 'objects' | 'each' | 'podSpecAt' }>;

/** CEL of a list for what stands at a place of `node`; none where it holds nothing of the kind. */
type LeafCel = (place: Leaf, node: string, around: string) => string | undefined;

/** CEL: every image reference of an object, `oci://` in front of models left out. */
export const imagesOf = (places: readonly Place[], object: string): string => listAt(places, object, 0, 'object', images) ?? '[]';

/** CEL: everything in an object that names a model in a way that nobody can verify, in words; undefined where its kind cannot. */
export const unverifiableOf = (places: readonly Place[], object: string): string | undefined =>
  listAt(places, object, 0, 'object', unverifiable);

function listAt(places: readonly Place[], node: string, depth: number, around: string, leaf: LeafCel): string | undefined {
  const lists = places.flatMap((place) => listOf(place, node, depth, around, leaf) ?? []);
  return lists.length === 0 ? undefined : lists.join(' + ');
}

function listOf(place: Place, node: string, depth: number, around: string, leaf: LeafCel): string | undefined {
  // A name of its own on every level: the expressions inside still speak of what is around them.
  const child = `v${depth}`;
  const inside = (further: readonly Place[], what: string) => listAt(further, child, depth + 1, what, leaf);
  switch (place.kind) {
    case 'object':
      return within(inside(place.inside, place.what), (list) => `${node}.?${place.key}.optMap(${child}, ${list}).orValue([])`);
    case 'podSpecAt':
      return within(inside([{ kind: 'podSpec' }], place.what), (list) => `${node}.?${place.key}.optMap(${child}, ${list}).orValue([])`);
    case 'objects':
      return within(
        inside(place.inside, place.what),
        (list) => `${celTexts(place.keys)}.filter(k, k in ${node}).map(k, ${node}[k]).map(${child}, ${list}).flatten()`,
      );
    case 'each':
      return within(inside(place.inside, place.what.item), (list) => `${node}.?${place.key}.orValue([]).map(${child}, ${list}).flatten()`);
    case 'podSpec':
    case 'image':
    case 'splitImage':
    case 'modelUri':
    case 'modelVariable':
    case 'forbidden':
      return leaf(place, node, around);
  }
}

const within = (list: string | undefined, wrap: (list: string) => string): string | undefined =>
  list === undefined ? undefined : wrap(list);

/** CEL: a list of one text, or an empty one. */
const oneIf = (condition: string, text: string): string => `(${condition} ? [${text}] : [])`;

const images: LeafCel = (place, node) => {
  switch (place.kind) {
    case 'podSpec':
      return [
        ...CONTAINER_FIELDS.map(({ field }) => `${node}.?${field}.orValue([]).filter(c, has(c.image)).map(c, c.image)`),
        `${node}.?volumes.orValue([]).filter(c, has(c.image) && has(c.image.reference)).map(c, c.image.reference)`,
      ].join(' + ');
    case 'image':
      return oneIf(`has(${node}.${place.key})`, `${node}.${place.key}`);
    case 'splitImage': {
      const image = `${node}.${place.key}`;
      const whole = `has(${image}) && has(${image}.repository) && has(${image}.tag)`;
      return oneIf(whole, `${image}.repository + ":" + ${image}.tag`);
    }
    case 'modelUri':
      return oneIf(`has(${node}.${place.key}) && ${isImage(`${node}.${place.key}`)}`, withoutScheme(`${node}.${place.key}`));
    case 'modelVariable':
      return variablesOf(node, place.name, isImage('e.value'), withoutScheme('e.value'));
    case 'forbidden':
      return undefined;
  }
};

const unverifiable: LeafCel = (place, node, around) => {
  switch (place.kind) {
    case 'podSpec':
    case 'image':
      return undefined;
    case 'splitImage': {
      const image = `${node}.${place.key}`;
      return oneIf(
        `has(${image}) && has(${image}.repository) != has(${image}.tag)`,
        celText(`${place.what ?? around}: half of an image reference`),
      );
    }
    case 'modelUri': {
      const uri = `${node}.${place.key}`;
      return oneIf(`has(${uri}) && ${isDownloaded(uri)}`, schemeOf(uri, place.what));
    }
    case 'modelVariable':
      return variablesOf(node, place.name, isDownloaded('e.value'), schemeOf('e.value', place.what));
    case 'forbidden':
      return oneIf(`has(${node}.${place.key})`, celText(place.found));
  }
};

const isImage = (uri: string): string => `${uri}.matches(${celText(OCI_SCHEME)})`;

const isDownloaded = (uri: string): string => `!${isImage(uri)} && !${uri}.matches(${celText(CLAIM_SCHEME)})`;

const withoutScheme = (uri: string): string => `${uri}.substring(${uri}.indexOf("://") + 3)`;

/** Only the scheme is told: what follows may hold credentials. */
const schemeOf = (uri: string, what: string): string =>
  `${uri}.matches(${celText(SCHEME)}) ? ${celText(`${what} from `)} + ${uri}.split("://")[0] + "://" : ${celText(`${what} by a URI without a scheme`)}`;

/** CEL: what `value` makes of each variable of that name, called `e`, for which the condition holds. */
function variablesOf(node: string, name: string, condition: string, value: string): string {
  const variables = `c.?env.orValue([]).filter(e, has(e.name) && e.name == ${celText(name)} && has(e.value) && ${condition})`;
  return `${node}.?containers.orValue([]).map(c, ${variables}.map(e, ${value})).flatten()`;
}
