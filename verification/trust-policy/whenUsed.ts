import * as z from 'zod';

/**
 * A schema that is made when the first value for it is there: most policies use few kinds of requirement, and making the schemas of all costs
 * more than reading the policy.
 */
export function whenUsed<Schema extends z.ZodType>(make: () => Schema): z.ZodLazy<Schema> {
  const schema = z.lazy(make);
  // An object asks each of its fields whether it may be absent, and the library would make the schema to find out. None of ours may.
  schema._zod.optin = undefined;
  schema._zod.optout = undefined;
  return schema;
}
