import { foldName, pathText, quotedName, rememberVariants } from './jsonNames';
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

/** A name as Go compares it. */
interface FoldedName {
  /** Number of the object in which it was met last. */
  seen: number;
  /** How it was written there. */
  as: string;
  /** The one spelling that is allowed. */
  readonly exact?: string;
}

/** A name as it is written. */
interface WrittenName {
  readonly folded: FoldedName;
  /** Number of the document in which it was met last. */
  document: number;
}

/** Names of earlier documents under the same rules: a run reads thousands with the same few names, and folding them is most of the check. */
class KnownNames {
  readonly byName = new Map<string, WrittenName>();
  readonly #byFold = new Map<string, FoldedName>();

  constructor({ fields }: JsonRules) {
    for (const exact of fields ?? []) this.#byFold.set(foldName(exact), { seen: 0, as: exact, exact });
  }

  written(name: string): WrittenName {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const fold = foldName(name);
    const folded = this.#byFold.get(fold) ?? { seen: 0, as: name };
    this.#byFold.set(fold, folded);
    const written = { folded, document: 0 };
    this.byName.set(name, written);
    return written;
  }
}

const knownNames = new WeakMap<JsonRules, KnownNames>();
/** Names that are kept from one document to the next: those of formats, never the thousands that one document may bring. */
const MAX_KEPT_NAMES = 1_000;

function namesUnder(rules: JsonRules): KnownNames {
  const known = knownNames.get(rules) ?? new KnownNames(rules);
  knownNames.set(rules, known);
  return known;
}

/** Objects and documents are numbered through the whole run, so that what a name remembers of an earlier one never matches. */
let objects = 0;
let documents = 0;

/** Walks all objects of a document once; a document may repeat a few names a million times, so each name is folded once. */
export class NameCheck {
  /** Names in all objects. Fewer than in the text when some were there twice, since the parser keeps one of them. */
  count = 0;
  /** More different names than are looked at: what was found so far says nothing about the rest. */
  tooMany = false;
  readonly #rules: JsonRules;
  readonly #maxNames: number;
  readonly #names: KnownNames;
  readonly #document: number;
  #different = 0;

  constructor(rules: JsonRules, maxNames: number) {
    this.#rules = rules;
    this.#maxNames = maxNames;
    this.#names = namesUnder(rules);
    documents += 1;
    this.#document = documents;
  }

  /** The first pair of names that is refused, in words. */
  check(root: unknown): string | undefined {
    try {
      return typeof root === 'object' && root !== null ? this.#walk(root) : undefined;
    } finally {
      if (this.#names.byName.size > MAX_KEPT_NAMES) knownNames.delete(this.#rules);
    }
  }

  #walk(root: object): string | undefined {
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
    objects += 1;
    const number = objects;
    for (const name of names) {
      const folded = this.#folded(name);
      if (folded === undefined) return undefined;
      const other = folded.seen === number ? folded.as : folded.exact;
      if (other !== undefined && other !== name) {
        if (maps !== undefined) return secondSpelling(name, other, folded.exact);
        if (folded.seen === number) rememberVariants(object);
      }
      folded.seen = number;
      folded.as = name;
      const value: unknown = (object as Record<string, unknown>)[name];
      if (typeof value !== 'object' || value === null) continue;
      if (maps !== undefined && this.#rules.maps?.has(name) === true) maps.push(value);
      else open.push(value);
    }
    return undefined;
  }

  /** `undefined` once there are too many names. */
  #folded(name: string): FoldedName | undefined {
    if (this.#different > this.#maxNames) this.tooMany = true;
    if (this.tooMany) return undefined;
    const written = this.#names.written(name);
    if (written.document !== this.#document) {
      written.document = this.#document;
      this.#different += 1;
    }
    return written.folded;
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
