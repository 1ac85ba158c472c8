import * as z from 'zod/mini';
import { REQUIREMENT_KINDS } from './requirements';
import { trustPolicySchema } from './schema';

type JsonSchema = Record<string, unknown> & { properties?: Record<string, JsonSchema>; items?: JsonSchema; additionalProperties?: unknown };

/** Objects of which exactly one of some fields must be there; the schema library cannot express it. */
const EITHER_OR: readonly (readonly string[])[] = [
  ['keyless', 'key'],
  ['subject', 'subjectRegExp'],
  ['path', 'data', 'kms'],
  ['publicGood', 'file', 'tuf'],
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
  const names = [REQUIREMENT_KINDS, ...EITHER_OR].find((group) => group.every((name) => properties?.[name] !== undefined));
  return names === undefined ? inner : { ...inner, oneOf: names.map((name) => ({ required: [name] })) };
}
