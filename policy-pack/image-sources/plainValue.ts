import { readProperty } from './readProperty';
import type { PropertyReading } from './readProperty';

/**
 * Properties of a resource as plain JSON, for code that knows nothing of Pulumi: read leaf by leaf, with `unknown` in place of each value that
 * is not known yet. What is known of the rest stays visible.
 *
 * @param unknown What to put there.
 */
export function plainValue(value: unknown, unknown: symbol): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const node = { path: '', value };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_item, index) => plainOf(readProperty(node, index), unknown));
  const plain: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    // Defined, not assigned: a key "__proto__" must not become the prototype.
    const child = plainOf(readProperty(node, key), unknown);
    Object.defineProperty(plain, key, { value: child, enumerable: true, writable: true, configurable: true });
  }
  return plain;
}

function plainOf(reading: PropertyReading, unknown: symbol): unknown {
  switch (reading.kind) {
    case 'absent':
      return undefined;
    case 'unknown':
      return unknown;
    case 'present':
      return plainValue(reading.value, unknown);
  }
}
