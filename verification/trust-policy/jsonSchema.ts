import { z } from 'zod';
import { REQUIREMENT_KINDS } from './requirements';
import { trustPolicySchema } from './schema';

type JsonSchema = Record<string, unknown> & { properties?: Record<string, JsonSchema>; items?: JsonSchema; additionalProperties?: unknown };

/** Objects of which exactly one of two fields must be there; the schema library cannot express it. */
const EITHER_OR: readonly (readonly [string, string])[] = [
  ['keyless', 'key'],
  ['subject', 'subjectRegExp'],
  ['path', 'data'],
  ['publicGood', 'file'],
];

/** The JSON Schema (draft 7, which editors know best) of the trust policy file, for editors; `schema/trust-policy.schema.json` is its output. */
export function trustPolicyJsonSchema(): object {
  const schema = z.toJSONSchema(trustPolicySchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
  return { ...eitherOr(schema), title: 'TrustPolicy of pulumi-model-supply-chain' };
}

function eitherOr(schema: JsonSchema): JsonSchema {
  const { properties, items } = schema;
  const inner: JsonSchema = {
    ...schema,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, eitherOr(value)])) }),
    ...(items && { items: eitherOr(items) }),
  };
  if (REQUIREMENT_KINDS.every((kind) => properties?.[kind] !== undefined)) {
    return { ...inner, oneOf: REQUIREMENT_KINDS.map((kind) => ({ required: [kind] })) };
  }
  const pair = EITHER_OR.find(([first, second]) => properties?.[first] !== undefined && properties[second] !== undefined);
  return pair === undefined ? inner : { ...inner, oneOf: pair.map((name) => ({ required: [name] })) };
}
