import { shown } from '../pod/field';
import type { Field, UNKNOWN } from '../pod/field';
import type { Observation } from './types';

/** A value that the standard does not allow there, or one that must be known before anybody can tell. */
export function observe(field: Field, expected: string, isAllowed: (value: unknown) => boolean): readonly Observation[] {
  if (field.unknownAt !== undefined) return [undecidable(field.unknownAt, expected)];
  return isAllowed(field.value) ? [] : [violation(field, expected)];
}

export function violation(field: Field, expected: string, found = shown(field)): Observation {
  return { outcome: 'violation', path: field.path, expected, found, ...(field.isAbsent && { missing: true as const }) };
}

export function undecidable(path: string, expected: string): Observation {
  return { outcome: 'undecidable', path, expected, found: 'not known yet' };
}

/**
 * Observations of a check that something else in the pod lifts. Where that is not known, a violation may not be one.
 *
 * @param lifted Whether it is lifted.
 * @param decidedBy The field that decides about `lifted`.
 */
export function unless(lifted: boolean | typeof UNKNOWN, decidedBy: Field, look: () => readonly Observation[]): readonly Observation[] {
  if (lifted === true) return [];
  const seen = look();
  if (lifted === false) return seen;
  return seen.map((one) => (one.outcome === 'violation' ? undecidable(decidedBy.unknownAt ?? decidedBy.path, one.expected) : one));
}

/** Absent, or one of these. An empty text is a value: only where the standard says so it counts as absent. */
export const oneOf =
  (...allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    value === undefined || allowed.includes(value);
