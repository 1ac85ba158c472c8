import * as z from 'zod/mini';

/** Tells the keys that a schema knows at a path, for "did you mean". */
export const knownKeysOf =
  (root: z.core.$ZodType) =>
  (path: readonly (string | number)[]): readonly string[] =>
    keysAt(root, path);

function keysAt(root: z.core.$ZodType, path: readonly (string | number)[]): readonly string[] {
  let schema = root;
  for (const part of path) {
    const inner = unwrap(schema);
    if (typeof part === 'number' && inner instanceof z.ZodMiniArray) schema = inner.def.element;
    else if (inner instanceof z.ZodMiniObject) {
      const next = (inner.shape as Record<string, z.core.$ZodType | undefined>)[part];
      if (next === undefined) return [];
      schema = next;
    } else return [];
  }
  const inner = unwrap(schema);
  return inner instanceof z.ZodMiniObject ? Object.keys(inner.shape) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniDefault) return unwrap(schema.def.innerType);
  return schema instanceof z.ZodMiniLazy ? unwrap(schema.def.getter()) : schema;
}
