import * as z from 'zod';

/** Tells the keys that a schema knows at a path, for "did you mean". */
export const knownKeysOf =
  (root: z.ZodType) =>
  (path: readonly (string | number)[]): readonly string[] =>
    keysAt(root, path);

function keysAt(root: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  let schema = root;
  for (const part of path) {
    const inner = unwrap(schema);
    if (typeof part === 'number' && inner instanceof z.ZodArray) schema = inner.element as z.ZodType;
    else if (inner instanceof z.ZodObject) {
      const next = (inner.shape as Record<string, z.ZodType | undefined>)[part];
      if (next === undefined) return [];
      schema = next;
    } else return [];
  }
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodLazy)
    return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}
