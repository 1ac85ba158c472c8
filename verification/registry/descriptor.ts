import { parseDigest } from '../reference/digest';
import type { JsonObject } from '../json';
import { isJsonObject, member } from '../json';
import type { Descriptor } from './types';

/** RFC 6838 names with room to spare; long enough for every registered type. */
const MAX_MEDIA_TYPE = 255;

/** A part that was read, or what is wrong with it, as `<where>: <what>`. */
export type PartRead<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/**
 * Reads an OCI content descriptor.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties
 *
 * @param where path of the field, for the problem
 */
export function readDescriptor(value: unknown, where: string): PartRead<Descriptor> {
  if (!isJsonObject(value)) return { ok: false, problem: `${where}: not an object` };
  const mediaType = readName(value, 'mediaType', where);
  if (!mediaType.ok) return mediaType;
  if (mediaType.value === undefined) return { ok: false, problem: `${where}.mediaType: missing` };
  const digestText = member(value, 'digest');
  if (typeof digestText !== 'string') return { ok: false, problem: `${where}.digest: missing` };
  const digest = parseDigest(digestText);
  if (!digest.ok) return { ok: false, problem: `${where}.digest: ${digest.reason}` };
  const size = member(value, 'size');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    return { ok: false, problem: `${where}.size: not a number of bytes` };
  const artifactType = readName(value, 'artifactType', where);
  if (!artifactType.ok) return artifactType;
  const annotations = readAnnotations(value, where);
  if (!annotations.ok) return annotations;
  const wrong = wrongType(value, ['data'], ['urls']);
  if (wrong !== undefined) return { ok: false, problem: `${where}.${wrong}` };
  const platform = readPlatform(value, `${where}.platform`);
  if (!platform.ok) return platform;
  const base = { mediaType: mediaType.value, digest: digest.value, size, annotations: annotations.value };
  const named = artifactType.value === undefined ? {} : { artifactType: artifactType.value };
  return { ok: true, value: { ...base, ...named, ...(platform.value === undefined ? {} : { platform: platform.value }) } };
}

/** The first field that Go would not read: it gives up on the whole document then, and what we took from the rest, no runtime ever would. */
function wrongType(object: JsonObject, texts: readonly string[], lists: readonly string[]): string | undefined {
  // Null is as good as absent for Go.
  const text = texts.find((field) => typeof (member(object, field) ?? '') !== 'string');
  if (text !== undefined) return `${text}: not text`;
  const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');
  const list = lists.find((field) => !isTexts(member(object, field) ?? []));
  return list === undefined ? undefined : `${list}: not a list of texts`;
}

/** `os/architecture[/variant]`. A runtime picks children of an index by it, so what is unreadable is left out and never guessed. */
function readPlatform(descriptor: JsonObject, where: string): PartRead<string | undefined> {
  const platform = member(descriptor, 'platform') ?? undefined;
  if (platform === undefined) return { ok: true, value: undefined };
  if (!isJsonObject(platform)) return { ok: false, problem: `${where}: not an object` };
  const wrong = wrongType(platform, ['os', 'architecture', 'variant', 'os.version'], ['os.features', 'features']);
  return wrong === undefined ? { ok: true, value: platformName(platform) } : { ok: false, problem: `${where}.${wrong}` };
}

function platformName(platform: JsonObject): string | undefined {
  const [os, architecture, variant] = ['os', 'architecture', 'variant'].map((field) => member(platform, field));
  if (!isPlatformPart(os) || !isPlatformPart(architecture)) return undefined;
  return isPlatformPart(variant) ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

const isPlatformPart = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,40}$/.test(value);

/** A list of descriptors; absent and null (Go's empty list) are empty. The caller has bounded its length. */
export function readDescriptors(list: readonly unknown[], where: string): PartRead<readonly Descriptor[]> {
  const descriptors: Descriptor[] = [];
  for (const [index, entry] of list.entries()) {
    const descriptor = readDescriptor(entry, `${where}[${index}]`);
    if (!descriptor.ok) return descriptor;
    descriptors.push(descriptor.value);
  }
  return { ok: true, value: descriptors };
}

/** A media or artifact type; absent and empty are the same. */
export function readName(object: JsonObject, field: 'mediaType' | 'artifactType', where: string): PartRead<string | undefined> {
  const value = member(object, field) ?? '';
  if (typeof value !== 'string' || value.length > MAX_MEDIA_TYPE)
    return { ok: false, problem: `${pathOf(where, field)}: not a media type` };
  return { ok: true, value: value === '' ? undefined : value };
}

export function readAnnotations(object: JsonObject, where: string): PartRead<Readonly<Record<string, string>>> {
  const value = member(object, 'annotations') ?? {};
  const path = pathOf(where, 'annotations');
  if (!isJsonObject(value)) return { ok: false, problem: `${path}: not an object` };
  const entries = Object.entries(value);
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (texts.length < entries.length) return { ok: false, problem: `${path}: a value that is not text` };
  // fromEntries defines own properties, so a key `__proto__` stays a key.
  return { ok: true, value: Object.fromEntries(texts) };
}

function pathOf(where: string, field: string): string {
  return where === '' ? field : `${where}.${field}`;
}
