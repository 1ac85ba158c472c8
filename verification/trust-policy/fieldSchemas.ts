import * as z from 'zod/mini';

/** A field that is true or false, and false unless written. */
export const flag = (description: string) => z._default(z.boolean(), false).check(z.describe(description));

/** A list that may be left out and not be empty: an empty one would mean nobody or everybody. */
export const someOf = <Item extends z.core.SomeType>(item: Item, description: string) =>
  z.optional(z.array(item).check(z.minLength(1), z.describe(description)));
