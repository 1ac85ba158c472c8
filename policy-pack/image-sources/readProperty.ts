import { UnknownValueError } from '@pulumi/policy';

/** An object or array inside the properties of a resource, with its path from the root; the path of the root is empty. */
export interface PropertyNode {
  readonly path: string;
  readonly value: object;
}

/** What one property is: not there (or null, which every Kubernetes API reads as not there), not known before `up`, or a value. */
export type PropertyReading =
  | { readonly kind: 'absent'; readonly path: string }
  | { readonly kind: 'unknown'; readonly path: string }
  | { readonly kind: 'present'; readonly path: string; readonly value: unknown };

/**
 * Reads one property of `node`.
 *
 * Pulumi hands policies a proxy that throws when an unknown value is read, and turns an uncaught throw into an advisory note, even
 * for a mandatory policy: everything else of that resource would then pass unseen. So properties are read one at a time, and only
 * that one error is caught, here; any other error is a fault of ours and must stop the deployment.
 *
 * Only own properties count. The key `__proto__` in the inputs of a resource becomes the prototype of the object that the policy
 * SDK builds, while providers see an ordinary field that they ignore.
 */
export function readProperty(node: PropertyNode, key: string | number): PropertyReading {
  const path = childPath(node.path, key);
  if (!Object.hasOwn(node.value, key)) {
    return { kind: 'absent', path };
  }
  try {
    const value: unknown = Reflect.get(node.value, key);
    return value === undefined || value === null ? { kind: 'absent', path } : { kind: 'present', path, value };
  } catch (error) {
    if (error instanceof UnknownValueError) {
      return { kind: 'unknown', path };
    }
    throw error;
  }
}

function childPath(parent: string, key: string | number): string {
  if (typeof key === 'number') {
    return `${parent}[${key}]`;
  }
  return parent === '' ? key : `${parent}.${key}`;
}

/** Names the JSON type of a value: `a list`, `an object`, `a number`, ... Never the value itself, which may be a secret. */
export function nameOfType(value: unknown): string {
  if (value === null || value === undefined) {
    return 'nothing';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Whether a value is an object with fields, not a list. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
