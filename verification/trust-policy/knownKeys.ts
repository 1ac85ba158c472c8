import { z } from 'zod';
import { trustPolicySchema } from './schema';

/** The keys that the schema knows at a path, for "did you mean". */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  let schema: z.ZodType = trustPolicySchema;
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
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}
