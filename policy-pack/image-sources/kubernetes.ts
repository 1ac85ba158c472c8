import { insideEach, insideObject } from './descend';
import { podSpecSites } from './podSpec';
import { isObject, nameOfType, readProperty } from './readProperty';
import type { PropertyNode } from './readProperty';
import type { ImageSite } from './types';

/** Where an object keeps its pods: the fields that lead from the object to the pod spec, or the items of a list. */
type Shape = 'pod' | 'pod-template' | 'controller' | 'cron-job' | 'list';

/** API groups whose kinds are the built-in workloads. Pulumi writes the core group `core` in type tokens, manifests leave it out. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set(['', 'core', 'apps', 'batch', 'extensions']);

const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['Pod', 'pod'],
  ['PodTemplate', 'pod-template'],
  ['Deployment', 'controller'],
  ['StatefulSet', 'controller'],
  ['DaemonSet', 'controller'],
  ['ReplicaSet', 'controller'],
  ['ReplicationController', 'controller'],
  ['Job', 'controller'],
  ['CronJob', 'cron-job'],
  ['List', 'list'],
]);

/** How Pulumi derives resource types from a kind: server-side apply patches, and lists. */
const DERIVED_KIND = /^(?<kind>\w+?)(?<form>Patch|List)$/;

interface TypedShape {
  readonly shape: Shape;
  /** For a list of one kind: the shape of its items, which need not carry their kind. */
  readonly itemShape?: Shape;
}

/**
 * Images of the built-in Kubernetes workloads, in every API version and in their `Patch` and `List` forms.
 *
 * The kind is taken from the type token and from the manifest: `apiextensions.CustomResource` accepts any kind and builds the token
 * from it (`kubernetes:v1:Pod`), and what the provider creates is what the manifest says.
 * Kinds of other groups (custom resources) are not guessed at here.
 */
export function kubernetesSites(type: string, props: unknown): readonly ImageSite[] {
  const token = parseToken(type);
  if (token === undefined || !isObject(props)) {
    return [];
  }
  const root: PropertyNode = { path: '', value: props };
  return objectSites(root, BUILT_IN_GROUPS.has(token.group) ? shapeOfKind(token.kind) : undefined);
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

function shapeOfKind(kind: string): TypedShape | undefined {
  const shape = SHAPES.get(kind);
  if (shape !== undefined) {
    return { shape };
  }
  const derived = DERIVED_KIND.exec(kind)?.groups;
  const base = SHAPES.get(derived?.['kind'] ?? '');
  if (base === undefined) {
    return undefined;
  }
  return derived?.['form'] === 'List' ? { shape: 'list', itemShape: base } : { shape: base };
}

/** Sites of one object whose shape is promised by its type token or list, or told by its own `kind`, or both. */
function objectSites(object: PropertyNode, promised: TypedShape | undefined): readonly ImageSite[] {
  const told = shapeInManifest(object);
  const sites = promised === undefined ? [] : sitesOfShape(object, promised);
  if (told.kind === 'problem') {
    return [...sites, told.site];
  }
  return told.shape === undefined || isSameShape(told.shape, promised) ? sites : [...sites, ...sitesOfShape(object, told.shape)];
}

function isSameShape(told: TypedShape, promised: TypedShape | undefined): boolean {
  return told.shape === promised?.shape && told.itemShape === promised.itemShape;
}

type ManifestShape =
  { readonly kind: 'shape'; readonly shape: TypedShape | undefined } | { readonly kind: 'problem'; readonly site: ImageSite };

function shapeInManifest(object: PropertyNode): ManifestShape {
  const kind = readProperty(object, 'kind');
  if (kind.kind === 'absent') {
    return { kind: 'shape', shape: undefined };
  }
  if (kind.kind === 'unknown') {
    return { kind: 'problem', site: { path: kind.path, what: 'kind', value: { kind: 'unknown', unknownPath: kind.path } } };
  }
  if (typeof kind.value !== 'string') {
    const value = { kind: 'unreadable', expected: 'the name of a kind', found: nameOfType(kind.value) } as const;
    return { kind: 'problem', site: { path: kind.path, what: 'kind', value } };
  }
  const apiVersion = readProperty(object, 'apiVersion');
  // An apiVersion that cannot be read does not excuse a workload kind.
  const foreign = apiVersion.kind === 'present' && typeof apiVersion.value === 'string' && !BUILT_IN_GROUPS.has(groupOf(apiVersion.value));
  return { kind: 'shape', shape: foreign ? undefined : shapeOfKind(kind.value) };
}

function sitesOfShape(object: PropertyNode, { shape, itemShape }: TypedShape): readonly ImageSite[] {
  switch (shape) {
    case 'pod':
      return podSpecIn(object);
    case 'pod-template':
      return templateIn(object);
    case 'controller':
      return insideObject(object, 'spec', 'workload spec', templateIn);
    case 'cron-job':
      return insideObject(object, 'spec', 'workload spec', (spec) =>
        insideObject(spec, 'jobTemplate', 'job template', (job) => insideObject(job, 'spec', 'job spec', templateIn)),
      );
    case 'list':
      return insideEach(object, 'items', { list: 'items', item: 'item' }, (item) =>
        objectSites(item, itemShape === undefined ? undefined : { shape: itemShape }),
      );
  }
}

function templateIn(holder: PropertyNode): readonly ImageSite[] {
  return insideObject(holder, 'template', 'pod template', podSpecIn);
}

function podSpecIn(holder: PropertyNode): readonly ImageSite[] {
  return insideObject(holder, 'spec', 'pod spec', podSpecSites);
}
