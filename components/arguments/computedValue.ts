import * as pulumi from '@pulumi/pulumi';

/**
 * Where in a plain argument a value is that is computed: `policies[0].images`. Undefined when there is none.
 *
 * @param at path of the argument itself
 */
export function computedValueIn(value: unknown, at = '', seen: ReadonlySet<unknown> = new Set()): string | undefined {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return at;
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  const above = new Set([...seen, value]);
  for (const [key, item] of Object.entries(value)) {
    const found = computedValueIn(item, Array.isArray(value) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`, above);
    if (found !== undefined) return found;
  }
  return undefined;
}
