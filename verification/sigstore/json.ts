/**
 * Follows a path through parsed JSON. Own properties only, so that a key like `__proto__` lends nothing; `undefined` where the path ends.
 *
 * @example member(body, 'spec', 'signatures', 0, 'verifier')
 */
export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

/** Parses JSON from bytes or text; `undefined` when it is none. JSON itself cannot express `undefined`. */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
