import * as z from 'zod/mini';

/**
 * A schema that is made when the first value for it is there: most policies use few kinds of requirement, and making the schemas of all costs
 * more than reading the policy.
 */
export function whenUsed<Schema extends z.core.SomeType>(make: () => Schema): z.ZodMiniLazy<Schema> {
  const schema = z.lazy(make);
  // An object asks each of its fields whether it may be absent, and the library would make the schema to find out. None of ours may.
  schema._zod.optin = undefined;
  schema._zod.optout = undefined;
  return schema;
}
