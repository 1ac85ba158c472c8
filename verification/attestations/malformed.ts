import { quoted } from '../../printing';

/** Why a predicate is not what its type promises; the check turns it into a `predicate-malformed` finding. */
export interface Malformed {
  /** Path of the field in the predicate: `scanner.result.Results[3]`; empty for the whole predicate. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** What a reader of a predicate returns: what it read, or the first place that does not fit. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly malformed: Malformed };

export const read = <T>(value: T): Read<T> => ({ ok: true, value });

/** @param value what is there instead; told by kind, or cut when it is a text */
export const malformed = (path: string, expected: string, value: unknown): { readonly ok: false; readonly malformed: Malformed } => ({
  ok: false,
  malformed: { path, expected, found: shown(value) },
});

const MAX_SHOWN = 100;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return quoted(value, MAX_SHOWN);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}
