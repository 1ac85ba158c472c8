import { KNOWN_KINDS } from '../../image-places';
import type { ImageKinds, Place } from '../../image-places';
import { insideEach } from './descend';
import { placeSites } from './placeSites';
import { isObject, nameOfType, readProperty } from './readProperty';
import type { PropertyNode } from './readProperty';
import type { ImageSite, Site } from './types';

/** Sites of one object whose kind is settled. */
type KindReader = (object: PropertyNode) => readonly Site[];

/** Kinds that belong together, with the `Patch` and `List` forms that Pulumi makes of each. */
interface KindFamily {
  readonly groups: ReadonlySet<string>;
  readonly readers: ReadonlyMap<string, KindReader>;
}

const READERS = new Map<readonly Place[], KindReader>();

const FAMILIES: readonly KindFamily[] = KNOWN_KINDS.map(withDerivedKinds);

/**
 * Images and pods of the Kubernetes workloads and of the custom resources of the families above, in every API version and in their `Patch` and
 * `List` forms.
 *
 * The kind is taken from the type token and from the manifest: `apiextensions.CustomResource` accepts any kind and builds the token
 * from it (`kubernetes:v1:Pod`), and what the provider creates is what the manifest says.
 * Kinds of other groups are not guessed at here.
 */
export function kubernetesSites(type: string, props: unknown): readonly Site[] {
  const token = parseToken(type);
  if (token === undefined || !isObject(props)) {
    return [];
  }
  return objectSites({ path: '', value: props }, readerOf(token.kind, token.group));
}

/** `kubernetes:apps/v1:Deployment` -> `apps`, `Deployment`; `kubernetes:v1:Pod` -> ``, `Pod`. */
function parseToken(type: string): { readonly group: string; readonly kind: string } | undefined {
  const [packageName, apiVersion, kind, ...rest] = type.split(':');
  if (packageName !== 'kubernetes' || apiVersion === undefined || kind === undefined || rest.length > 0) {
    return undefined;
  }
  return { group: groupOf(apiVersion), kind };
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** @param group `undefined` when the manifest does not tell it in a way that can be read, which does not excuse a kind that we know. */
function readerOf(kind: string, group: string | undefined): KindReader | undefined {
  return FAMILIES.find(({ groups, readers }) => (group === undefined || groups.has(group)) && readers.has(kind))?.readers.get(kind);
}

/** One reader for kinds that look the same inside, so that an object whose two names differ only there is read once. */
function readerOfPlaces(places: readonly Place[]): KindReader {
  const known = READERS.get(places);
  if (known !== undefined) return known;
  const reader: KindReader = (object) => placeSites(places, object);
  READERS.set(places, reader);
  return reader;
}

/** How Pulumi derives resource types from a kind: server-side apply patches, and lists. */
function withDerivedKinds({ groups, kinds }: ImageKinds): KindFamily {
  const derived = Object.entries(kinds).flatMap(([kind, { places }]): [string, KindReader][] => {
    const reader = readerOfPlaces(places);
    return [
      [kind, reader],
      [`${kind}Patch`, reader],
      [`${kind}List`, (list) => itemsOf(list, reader)],
    ];
  });
  const lists: [string, KindReader][] = ['List', 'ListPatch', 'ListList'].map((kind) => [kind, mixedList]);
  return { groups: new Set(groups), readers: new Map(groups.includes('') ? [...derived, ...lists] : derived) };
}

/** Items of a list of mixed kinds say themselves what they are. */
function mixedList(list: PropertyNode): readonly Site[] {
  return itemsOf(list, undefined);
}

/** @param reader for a list of one kind: the reader of its items, which need not carry their kind. */
function itemsOf(list: PropertyNode, reader: KindReader | undefined): readonly Site[] {
  return insideEach(list, 'items', { list: 'items', item: 'item' }, (item) => objectSites(item, reader));
}

/** Sites of one object whose kind is promised by its type token or list, or told by its own `kind`, or both. */
function objectSites(object: PropertyNode, promised: KindReader | undefined): readonly Site[] {
  const told = readerInManifest(object);
  const sites = promised?.(object) ?? [];
  if (told.kind === 'problem') {
    return [...sites, told.site];
  }
  return told.reader === undefined || told.reader === promised ? sites : [...sites, ...told.reader(object)];
}

type ManifestKind =
  { readonly kind: 'reader'; readonly reader: KindReader | undefined } | { readonly kind: 'problem'; readonly site: ImageSite };

function readerInManifest(object: PropertyNode): ManifestKind {
  const kind = readProperty(object, 'kind');
  if (kind.kind === 'absent') {
    return { kind: 'reader', reader: undefined };
  }
  if (kind.kind === 'unknown') {
    return { kind: 'problem', site: { path: kind.path, what: 'kind', value: { kind: 'unknown', unknownPath: kind.path } } };
  }
  if (typeof kind.value !== 'string') {
    const value = { kind: 'unreadable', expected: 'the name of a kind', found: nameOfType(kind.value) } as const;
    return { kind: 'problem', site: { path: kind.path, what: 'kind', value } };
  }
  const apiVersion = readProperty(object, 'apiVersion');
  const group = apiVersion.kind === 'present' && typeof apiVersion.value === 'string' ? groupOf(apiVersion.value) : undefined;
  return { kind: 'reader', reader: readerOf(kind.value, group) };
}
