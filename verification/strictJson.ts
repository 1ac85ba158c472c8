import { buildJson } from './jsonTree';
import { isUtf8 } from 'node:buffer';
import { foldName, pathText, quotedName, rememberVariants } from './jsonNames';
import { findPath, scanJson } from './jsonScan';
import type { JsonBounds } from './jsonScan';

/** What kind of document a JSON text is. */
export interface JsonRules extends JsonBounds {
  /**
   * What two names in one object mean that Go may take for one. In objects that Go reads as structs only an attacker writes them: `refuse`.
   * In maps they are two keys (`http_proxy` and `HTTP_PROXY`): `mark`, and `member` throws where such a name is read as a field.
   */
  readonly variants: 'refuse' | 'mark';
  /** Fields whose value, and all below it, is marked where the rest is refused: annotations, predicates. */
  readonly maps?: ReadonlySet<string>;
  /** Fields that are written exactly so, or not at all; Go reads `Subject` as `subject` even where it is alone. */
  readonly fields?: ReadonlySet<string>;
}

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

/** A name as Go compares it. */
interface FoldedName {
  /** Number of the object in which it was met last. */
  seen: number;
  /** How it was written there. */
  as: string;
  /** The one spelling that is allowed. */
  readonly exact?: string;
}

/** Walks all objects of a document once; a document may repeat a few names a million times, so each name is folded once. */
class NameCheck {
  /** Names in all objects. Fewer than in the text when some were there twice, since the parser keeps one of them. */
  count = 0;
  /** More different names than are looked at: what was found so far says nothing about the rest. */
  tooMany = false;
  readonly #rules: JsonRules;
  readonly #maxNames: number;
  readonly #byName = new Map<string, FoldedName>();
  readonly #byFold = new Map<string, FoldedName>();
  #objects = 0;

  constructor(rules: JsonRules, maxNames: number) {
    this.#rules = rules;
    this.#maxNames = maxNames;
    for (const exact of rules.fields ?? []) this.#byFold.set(foldName(exact), { seen: 0, as: exact, exact });
  }

  /** The first pair of names that is refused, in words. */
  check(root: unknown): string | undefined {
    if (typeof root !== 'object' || root === null) return undefined;
    const refused = this.#rules.variants === 'refuse';
    const marked: object[] = refused ? [] : [root];
    for (const open: object[] = refused ? [root] : []; ;) {
      const next = open.pop();
      if (next === undefined) break;
      const problem = this.#object(next, open, marked);
      if (problem !== undefined) return `${pathText([...(pathTo(root, next) ?? []), problem.name])}: ${problem.what}`;
    }
    for (let next = marked.pop(); next !== undefined; next = marked.pop()) this.#object(next, marked, undefined);
    return undefined;
  }

  /** @param maps where values of map fields go, in a part where variants are refused */
  #object(object: object, open: object[], maps: object[] | undefined): { readonly name: string; readonly what: string } | undefined {
    if (Array.isArray(object)) {
      for (const item of object as unknown[]) if (typeof item === 'object' && item !== null) open.push(item);
      return undefined;
    }
    const names = Object.keys(object);
    this.count += names.length;
    this.#objects += 1;
    for (const name of names) {
      if (this.#byName.size > this.#maxNames) this.tooMany = true;
      if (this.tooMany) return undefined;
      const folded = this.#folded(name);
      const other = folded.seen === this.#objects ? folded.as : folded.exact;
      if (other !== undefined && other !== name) {
        if (maps !== undefined) return secondSpelling(name, other, folded.exact);
        if (folded.seen === this.#objects) rememberVariants(object);
      }
      folded.seen = this.#objects;
      folded.as = name;
      const value: unknown = (object as Record<string, unknown>)[name];
      if (typeof value !== 'object' || value === null) continue;
      if (maps !== undefined && this.#rules.maps?.has(name) === true) maps.push(value);
      else open.push(value);
    }
    return undefined;
  }

  #folded(name: string): FoldedName {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const fold = foldName(name);
    const folded = this.#byFold.get(fold) ?? { seen: 0, as: name };
    this.#byFold.set(fold, folded);
    this.#byName.set(name, folded);
    return folded;
  }
}

/** Told of the one that is not the field, where that is known. */
function secondSpelling(name: string, other: string, exact: string | undefined): { readonly name: string; readonly what: string } {
  const [shown, meant] = name === exact ? [other, name] : [name, exact ?? other];
  return { name: shown, what: `a second spelling of the field ${quotedName(meant)}, which some parsers read in its place` };
}

interface Step {
  readonly at: object;
  readonly from?: Step;
  readonly key?: string | number;
}

/** The way from the root to an object in it, for a message. Steps know the step before: a path for each would be copied for each. */
function pathTo(root: object, sought: object): readonly (string | number)[] | undefined {
  const open: Step[] = [{ at: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.at === sought) return pathOf(next);
    const isList = Array.isArray(next.at);
    for (const [key, value] of Object.entries(next.at) as [string, unknown][]) {
      if (typeof value === 'object' && value !== null) open.push({ at: value, from: next, key: isList ? Number(key) : key });
    }
  }
  return undefined;
}

function pathOf(last: Step): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let step: Step | undefined = last; step?.key !== undefined; step = step.from) path.unshift(step.key);
  return path;
}

/** Without copying them first. */
const utf8Of = ({ buffer, byteOffset, byteLength }: Uint8Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
