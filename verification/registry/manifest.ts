import type { PartRead } from './descriptor';
import { readAnnotations, readDescriptor, readDescriptors, readName } from './descriptor';
import { digestOf } from '../reference/digest';
import type { JsonObject } from '../json';
import { isJsonObject, member } from '../json';
import { readStrictJson } from '../strictJson';
import type { JsonRules } from '../strictJson';
import { MAX_MANIFEST_NAMES, MAX_MANIFEST_VALUES } from './limits';
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, DOCKER_SCHEMA1_PREFIX, OCI_INDEX, OCI_MANIFEST } from './mediaTypes';
import type { Descriptor, Manifest } from './types';

const SCHEMA_VERSION = 2;
/** Every field of a manifest, an index, a descriptor and a platform, each in the one spelling that it may have at any depth. */
const FIELDS = [
  ...['schemaVersion', 'mediaType', 'artifactType', 'config', 'layers', 'manifests', 'subject', 'annotations', 'fsLayers'],
  ...['digest', 'size', 'urls', 'data', 'platform', 'architecture', 'os', 'os.version', 'os.features', 'variant', 'features'],
];
/** Of documents with descriptors in them. */
export const DESCRIPTOR_RULES: JsonRules = {
  variants: 'refuse',
  fields: new Set(FIELDS),
  maps: new Set(['annotations']),
  maxValues: MAX_MANIFEST_VALUES,
  maxNames: MAX_MANIFEST_NAMES,
};
const MANIFEST_RULES: JsonRules = {
  ...DESCRIPTOR_RULES,
  // `3.0` and `1e3` are no sizes and no versions for Go.
  wholeNumbers: true,
};

/** Why bytes are no manifest we accept: `invalid` in words, or `too-many` descriptors. */
export type ManifestFault =
  | { readonly kind: 'invalid'; readonly problem: string }
  | { readonly kind: 'too-many'; readonly where: 'layers' | 'manifests'; readonly count: number }
  /** Not counted to the end; `problem` says what there is too much of. */
  | { readonly kind: 'excess'; readonly problem: string };

export type ManifestParse = { readonly ok: true; readonly value: Manifest } | { readonly ok: false; readonly fault: ManifestFault };

/** Whether a manifest is a list of other manifests. */
export function isIndex(manifest: Pick<Manifest, 'mediaType'>): boolean {
  return manifest.mediaType === OCI_INDEX || manifest.mediaType === DOCKER_MANIFEST_LIST;
}

/**
 * Reads an OCI manifest or index, or docker's schema 2 forms. The type is what the bytes say, since the bytes are what the digest covers;
 * the `Content-Type` header is not looked at.
 *
 * @param bytes the exact bytes; the digest of the result is computed from them
 * @param maxDescriptors bound on layers, and on children
 * @param digest of these bytes, where it was computed already
 */
export function parseManifest(bytes: Uint8Array, maxDescriptors: number, digest = digestOf(bytes)): ManifestParse {
  const read = readStrictJson(bytes, MANIFEST_RULES);
  if (!read.ok && read.excess) return { ok: false, fault: { kind: 'excess', problem: read.problem } };
  if (!read.ok) return invalid(`not a JSON object that every parser reads alike: ${read.problem}`);
  const content = read.value;
  if (!isJsonObject(content)) return invalid('not a JSON object');
  const mediaType = decideMediaType(content);
  if (!mediaType.ok) return invalid(mediaType.problem);

  const lists = { layers: listOf(content, 'layers'), manifests: listOf(content, 'manifests') };
  for (const where of ['layers', 'manifests'] as const) {
    const list = lists[where];
    if (list === undefined) return invalid(`${where}: not a list`);
    if (list.length > maxDescriptors) return { ok: false, fault: { kind: 'too-many', where, count: list.length } };
  }
  const parts = readParts(content, lists.layers ?? [], lists.manifests ?? []);
  if (!parts.ok) return invalid(parts.problem);
  return { ok: true, value: { digest, bytes, mediaType: mediaType.value, ...parts.value } };
}

/**
 * Index or manifest, without doubt: something that is both means one thing to us and another to the runtime that deploys it (CVE-2021-41190).
 * https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 */
function decideMediaType(content: JsonObject): PartRead<string> {
  const named = readName(content, 'mediaType', '');
  if (!named.ok) return named;
  const hasContent = Object.hasOwn(content, 'layers') || Object.hasOwn(content, 'config');
  const hasChildren = Object.hasOwn(content, 'manifests');
  const isSchema1 = member(content, 'schemaVersion') === 1 || Object.hasOwn(content, 'fsLayers');
  if (named.value?.startsWith(DOCKER_SCHEMA1_PREFIX) === true || isSchema1) {
    return { ok: false, problem: 'docker image manifest schema 1, which is obsolete; push the image again with a current client' };
  }
  if (member(content, 'schemaVersion') !== SCHEMA_VERSION) return { ok: false, problem: 'schemaVersion: not 2' };
  if (hasContent && hasChildren) return { ok: false, problem: 'both a manifest (config, layers) and an index (manifests)' };
  if (!hasContent && !hasChildren) return { ok: false, problem: 'neither a manifest (config, layers) nor an index (manifests)' };
  const mediaType = named.value ?? (hasChildren ? OCI_INDEX : OCI_MANIFEST);
  const allowed = hasChildren ? [OCI_INDEX, DOCKER_MANIFEST_LIST] : [OCI_MANIFEST, DOCKER_MANIFEST];
  if (!allowed.includes(mediaType))
    return { ok: false, problem: `mediaType: ${mediaType.slice(0, 80)} is not that of ${hasChildren ? 'an index' : 'a manifest'}` };
  return { ok: true, value: mediaType };
}

type Parts = Pick<Manifest, 'artifactType' | 'subject' | 'config' | 'layers' | 'manifests' | 'annotations'>;

function readParts(content: JsonObject, layerList: readonly unknown[], childList: readonly unknown[]): PartRead<Parts> {
  const layers = readDescriptors(layerList, 'layers');
  if (!layers.ok) return layers;
  const manifests = readDescriptors(childList, 'manifests');
  if (!manifests.ok) return manifests;
  const config = readOptional(content, 'config');
  if (!config.ok) return config;
  const subject = readOptional(content, 'subject');
  if (!subject.ok) return subject;
  const artifactType = readName(content, 'artifactType', '');
  if (!artifactType.ok) return artifactType;
  const annotations = readAnnotations(content, '');
  if (!annotations.ok) return annotations;
  const value = {
    layers: layers.value,
    manifests: manifests.value,
    annotations: annotations.value,
    ...(config.value === undefined ? {} : { config: config.value }),
    ...(subject.value === undefined ? {} : { subject: subject.value }),
    ...(artifactType.value === undefined ? {} : { artifactType: artifactType.value }),
  };
  return { ok: true, value };
}

function readOptional(content: JsonObject, field: 'config' | 'subject'): PartRead<Descriptor | undefined> {
  const value = member(content, field) ?? undefined;
  return value === undefined ? { ok: true, value: undefined } : readDescriptor(value, field);
}

/** Absent and null, which Go writes for an empty list, are empty. */
function listOf(content: JsonObject, field: 'layers' | 'manifests'): readonly unknown[] | undefined {
  const value = member(content, field) ?? [];
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

function invalid(problem: string): ManifestParse {
  return { ok: false, fault: { kind: 'invalid', problem } };
}
