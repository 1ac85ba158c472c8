import { quoted } from '../../printing';

/** Stands in a pod for a value that is not known yet, such as an output of a resource that is to be created. */
export const UNKNOWN: unique symbol = Symbol('not known yet');

/** Longest text of a pod that a message repeats. */
const SHOWN_LIMIT = 63;

/**
 * A place in a pod and what is there. Reading on from a place that is not known gives a place that is not known, so a check can follow its
 * path without asking at every step.
 */
export class Field {
  readonly #value: unknown;

  /**
   * @param path From the root of the resource: `spec.template.spec.containers[0]`.
   * @param value JSON; `undefined` and `null` mean that nothing is there, as the API server reads it.
   * @param unknownAt The path of the value that is not known, if this place lies in one.
   */
  constructor(
    readonly path: string,
    value: unknown,
    readonly unknownAt: string | undefined = value === UNKNOWN ? path : undefined,
  ) {
    this.#value = value === null ? undefined : value;
  }

  get isUnknown(): boolean {
    return this.unknownAt !== undefined;
  }

  /** Whether nothing is there. A value that is not known is there. */
  get isAbsent(): boolean {
    return !this.isUnknown && this.#value === undefined;
  }

  /** What is there, unless it is absent or not known. */
  get value(): unknown {
    return this.isUnknown ? undefined : this.#value;
  }

  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }

  /** The place at `key`. Steps into what is no object lead to nothing. */
  at(...keys: readonly string[]): Field {
    return keys.reduce<Field>((field, key) => field.#child(`.${key}`, key), this);
  }

  /** The items of a list; an unknown list is one unknown item, anything else has none. */
  items(): readonly Field[] {
    if (this.isUnknown) return [this];
    const list = this.#value;
    return Array.isArray(list) ? Array.from(list, (_item, index) => this.#child(`[${index}]`, index)) : [];
  }

  /** The entries of an object. */
  entries(): readonly (readonly [key: string, value: Field])[] {
    const object = this.value;
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return [];
    return Object.keys(object).map((key) => [key, this.at(key)]);
  }

  #child(step: string, key: string | number): Field {
    const path = this.path === '' ? step.replace(/^\./, '') : `${this.path}${step}`;
    if (this.isUnknown) return new Field(path, undefined, this.unknownAt);
    const parent = this.#value;
    const child: unknown =
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key) ? Reflect.get(parent, key) : undefined;
    return new Field(path, child);
  }
}

/** A value of a pod for a message. Only for fields that hold no secrets: never for arguments, variables or annotations of others. */
export function shown(field: Field): string {
  if (field.isUnknown) return 'not known yet';
  const { value } = field;
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return shownText(value);
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Text of a pod for a message: quoted, so that control characters stay out of the terminal, and cut. */
export function shownText(text: string): string {
  return quoted(text, SHOWN_LIMIT);
}
