import { isUtf8 } from 'node:buffer';

/** A JSON object whose fields nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Narrows to a JSON object; arrays and null are none. */
export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Follows a path through parsed JSON: names through objects, positions through arrays. Own properties only, so that a key like `__proto__`
 * lends nothing, and no name through an array, so that `length` is none; `undefined` where the path ends.
 *
 * @example member(body, 'spec', 'signatures', 0, 'verifier')
 */
export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (typeof key === 'number') return Array.isArray(at) ? (at as readonly unknown[])[key] : undefined;
    return isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, value);
}

/** Parses JSON from bytes or text; `undefined` when it is none. JSON itself cannot express `undefined`. */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : utf8Of(text)) as unknown;
  } catch {
    return undefined;
  }
}

/** Like `parseJson`, and strict about the encoding: broken UTF-8 or a byte order mark, which other parsers read differently, is none. */
export function parseStrictJson(bytes: Uint8Array): unknown {
  try {
    // A byte order mark stays, and is no JSON.
    return isUtf8(bytes) ? (JSON.parse(utf8Of(bytes)) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** Without copying them first. */
const utf8Of = ({ buffer, byteOffset, byteLength }: Uint8Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
