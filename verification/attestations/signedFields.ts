import { member as field } from '../json';

/** Reading of signed JSON whose shape nobody has checked yet. Own properties only: `__proto__` in a predicate must not lend us a field. */

export { isJsonObject as isRecord, member as field } from '../json';

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
