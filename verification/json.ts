import { isUtf8 } from 'node:buffer';
import { refuseVariants } from './jsonNames';

/** A JSON object whose fields nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Narrows to a JSON object; arrays and null are none. */
export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Follows a path through parsed JSON: names through objects, positions through arrays. Own properties only, so that a key like `__proto__`
 * lends nothing, and no name through an array, so that `length` is none; `undefined` where the path ends.
 *
 * @example member(body, 'spec', 'signatures', 0, 'verifier')
 * @throws AmbiguousName where the document, read as one with maps in it, has a field in two spellings
 */
export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (typeof key === 'number') return Array.isArray(at) ? (at as readonly unknown[])[key] : undefined;
    if (!isJsonObject(at)) return undefined;
    refuseVariants(at, key);
    return Object.hasOwn(at, key) ? at[key] : undefined;
  }, value);
}

/**
 * Parses JSON of this machine, from bytes or text: settings, and what we wrote ourselves. `undefined` when it is none, which JSON itself
 * cannot express. What others wrote is read by `readStrictJson`.
 */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    if (typeof text === 'string') return JSON.parse(text) as unknown;
    return isUtf8(text) ? (JSON.parse(utf8Of(text)) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** Without copying them first. */
const utf8Of = ({ buffer, byteOffset, byteLength }: Uint8Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
