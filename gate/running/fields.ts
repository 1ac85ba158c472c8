import { quoted } from '../../printing';

/** Reading of JSON that may be anything: what is not of the expected kind is as if it were not there. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object, or an empty one. */
export const objectOf = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** `expected a list, found "x"` */
export function mismatch(at: string, expected: string, value: unknown): string {
  return `${at}: expected ${expected}, found ${inWords(value)}`;
}

/** A value in a message. */
export function inWords(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? (value.length === 0 ? 'an empty list' : 'a list') : 'an object';
}
