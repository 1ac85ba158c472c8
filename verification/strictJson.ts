import { buildJson } from './jsonTree';
import { isUtf8 } from 'node:buffer';
import { NameCheck } from './jsonNameCheck';
import type { JsonRules } from './jsonNameCheck';
import { pathText } from './jsonNames';
import { findPath, scanJson } from './jsonScan';

export type { JsonRules } from './jsonNameCheck';

/** A value, or what is wrong with the text, with the place: `layers[0].Digest: …`. */
export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; /** More values than the rules allow. */ readonly excess?: true };

/** Envelopes, log entries, answers of services: structs throughout. */
export const STRUCTS: JsonRules = { variants: 'refuse' };
/** Documents by others in which we read single fields: predicates, reports. */
export const FREE_FORM: JsonRules = { variants: 'mark' };

/**
 * Different names in one document: formats have a hundred, a map of files some ten thousand. Objects that each have a name of their own take the
 * parser ten times as long as those that share one.
 */
export const MAX_NAMES = 30_000;
/** Characters in which the place of a problem is looked for. */
const MAX_PLACED_LENGTH = 256 * 1024;

/** The problem of text that no parser reads. */
export const NOT_JSON = 'not JSON';

/**
 * The one reader of JSON that others wrote: registries, bundles, log entries, attestations. It accepts what every parser reads alike, and
 * refuses at any depth: a name twice in one object (also by escapes), names that are one for Go, broken UTF-8, a byte order mark, halves of
 * surrogate pairs, numbers out of range, text behind the value, and nesting without end.
 *
 * Three passes over the text in all, two of them native; the one over names takes each object once.
 */
export function readStrictJson(source: string | Uint8Array, rules: JsonRules): StrictJson {
  if (typeof source !== 'string' && !isUtf8(source)) return { ok: false, problem: 'not valid UTF-8' };
  const text = typeof source === 'string' ? source : utf8Of(source);
  const bounds = { ...rules, maxNames: rules.maxNames ?? MAX_NAMES };
  const { members, escapedNames, problem } = scanJson(text, bounds);
  if (problem?.excess) return { ok: false, problem: problem.what, excess: true };
  if (problem !== undefined) return { ok: false, problem: `${placeIn(text, problem.at)}${problem.what}` };
  let value: unknown;
  try {
    // A byte order mark stays, and is no JSON.
    value = JSON.parse(text) as unknown;
    // Parsed all the same, for only that says whether it is JSON.
    if (escapedNames) value = buildJson(text);
  } catch {
    return { ok: false, problem: NOT_JSON };
  }
  const names = new NameCheck(rules, bounds.maxNames);
  const variant = names.check(value);
  if (variant !== undefined) return { ok: false, problem: variant };
  if (names.tooMany) return { ok: false, problem: `more than ${bounds.maxNames} different names`, excess: true };
  if (names.count === members) return { ok: true, value };
  return { ok: false, problem: `${placeIn(text)}a name that is there twice in one object` };
}

/** In a long text the message goes without: the second look is slow, and a pattern over a text of megabytes runs out of stack. */
const placeIn = (text: string, offset?: number): string => (text.length > MAX_PLACED_LENGTH ? '' : placeOf(findPath(text, offset)));

const placeOf = (path: readonly (string | number)[]): string => (path.length === 0 ? '' : `${pathText(path)}: `);

/** The value alone; `undefined`, which JSON cannot express, when the text is refused. */
export function parseStrictJson(source: string | Uint8Array, rules: JsonRules = STRUCTS): unknown {
  const read = readStrictJson(source, rules);
  return read.ok ? read.value : undefined;
}

/** Without copying them first. */
const utf8Of = ({ buffer, byteOffset, byteLength }: Uint8Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
