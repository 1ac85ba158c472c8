import { quoted } from '../printing';

/**
 * Names in JSON objects as Go compares them. `encoding/json` matches a field without regard to case and takes the last one that matches, so
 * `{"digest": A, "Digest": B}` is A for us and B for containerd, cosign and every other tool in Go.
 */

/**
 * The form in which two names are equal for Go. Simple case folding also makes `ſ` (U+017F) an s and the Kelvin sign (U+212A) a k; both
 * directions in turn find them. Beyond ASCII this may call more names equal than Go does, which only refuses more.
 */
export const foldName = (name: string): string => name.toUpperCase().toLowerCase();

/** Objects of documents that were read with pairs of such names allowed: maps, where each key is a value and no field. */
const withVariants = new WeakSet();

/** Marks an object with two names that Go may take for one. */
export const rememberVariants = (object: object): void => void withVariants.add(object);

/** Thrown where a field is read of which a second spelling is there: what it says depends on who reads it. */
export class AmbiguousName extends Error {
  readonly object: object;
  /** The name that was read. */
  readonly field: string;
  /** The other one. */
  readonly twin: string;

  constructor(object: object, field: string, twin: string) {
    super(`"${field}" is also there as ${quotedName(twin)}`);
    this.object = object;
    this.field = field;
    this.twin = twin;
  }
}

/** @throws AmbiguousName when the object has a second spelling of this field */
export function refuseVariants(object: object, field: string): void {
  if (!withVariants.has(object)) return;
  const twin = variantOf(object, field);
  if (twin !== undefined) throw new AmbiguousName(object, field, twin);
}

/**
 * The same for a value that a schema read from its source: a schema takes the names that it knows, and leaves others out without a word.
 * Where it took both, the object is a map.
 *
 * @throws AmbiguousName when a field that was taken has a second spelling that was left out
 */
export function refuseVariantsOf(taken: unknown, source: unknown): void {
  if (typeof taken !== 'object' || taken === null || typeof source !== 'object' || source === null) return;
  for (const [name, value] of Object.entries(taken)) {
    const twin = withVariants.has(source) ? variantOf(source, name) : undefined;
    if (twin !== undefined && !Object.hasOwn(taken, twin)) throw new AmbiguousName(source, name, twin);
    refuseVariantsOf(value, (source as Readonly<Record<string, unknown>>)[name]);
  }
}

/** Another spelling of the field among the names of an object. */
export function variantOf(object: object, field: string): string | undefined {
  const folded = foldName(field);
  return Object.keys(object).find((name) => name !== field && name.length === field.length && foldName(name) === folded);
}

const MAX_SHOWN = 60;

/** A name for a message. */
export const quotedName = (name: string): string => quoted(name, MAX_SHOWN);

/** `layers[0].digest`: names that could be mistaken for a path are quoted. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$@-]{1,60}$/.test(part)) return `[${quotedName(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
