import { isJsonObject, member } from '../json';
import { AmbiguousName, variantOf } from '../jsonNames';

/** Reading of signed JSON whose shape nobody has checked yet. Own properties only: `__proto__` in a predicate must not lend us a field. */

export { isJsonObject as isRecord } from '../json';

/**
 * The value at a path. What is absent here may be there for tools in Go, which wrote most of these documents: `results` is `Results` to trivy,
 * and a report without results is a clean one.
 *
 * @throws AmbiguousName where a name of the path is there in another spelling
 */
export function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => {
    const found = member(at, name);
    if (found !== undefined || !isJsonObject(at)) return found;
    const twin = variantOf(at, name);
    if (twin !== undefined) throw new AmbiguousName(at, name, twin);
    return undefined;
  }, value);
}

/** The text at a path; `undefined` when it is missing, empty, or something else. */
export function textField(value: unknown, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The list at a path; empty when it is missing or something else. */
export function listField(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6; without a zone the same text would mean different times on different machines. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** A point in time, or `undefined` for everything that is not exactly one (a date alone, a number, Go's zero time). */
export function parseTimestamp(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const time = new Date(value);
  // Go writes 0001-01-01T00:00:00Z for a time that was never set.
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1970 ? undefined : time;
}

/** The time at a path, as `parseTimestamp` reads it. */
export const timeField = (value: unknown, ...path: readonly string[]): Date | undefined => parseTimestamp(field(value, ...path));
