import { hasUnprintable } from '../../../printing';
import { member } from '../../json';
import { show } from '../../trust-policy/problems';

/** A field of a predicate that is not what its type promises. */
export interface MalformedField {
  /** `runDetails.builder.id` */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** A text of a predicate, and where it stands. */
export interface Stated {
  readonly value: string;
  readonly path: string;
}

type Path = readonly (string | number)[];

const MAX_TEXT_LENGTH = 2_048;
const MAX_LIST_LENGTH = 10_000;

/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6 with a zone: a time without one is another moment on every machine. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

export const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');

/**
 * Reads fields of a predicate, which is signed and still of any shape. Unknown fields are ignored, as in-toto's parsing rules want it; a
 * field that we use must have its type. The first problem is kept: ask for it after reading.
 */
export class PredicateFields {
  readonly #root: unknown;
  #problem: MalformedField | undefined;

  constructor(root: unknown) {
    this.#root = root;
    this.#objectAt([]);
  }

  get problem(): MalformedField | undefined {
    return this.#problem;
  }

  /** One line of text; absent and null are the same. */
  text(...path: Path): Stated | undefined {
    const value = this.#valueAt(path);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') this.#report(path, 'text', show(value));
    else if (value.length > MAX_TEXT_LENGTH) this.#report(path, `at most ${MAX_TEXT_LENGTH} characters`, `${value.length}`);
    else if (hasUnprintable(value)) this.#report(path, 'one line without control characters', show(value));
    else return { value, path: pathText(path) };
    return undefined;
  }

  /** Text that must be there and say something; empty after a problem. */
  requiredText(...path: Path): Stated {
    const text = this.text(...path);
    if (text === undefined || text.value === '') this.#report(path, 'text', text === undefined ? 'nothing' : 'an empty text');
    return text ?? { value: '', path: pathText(path) };
  }

  time(...path: Path): Date | undefined {
    const text = this.text(...path);
    if (text === undefined) return undefined;
    const time = new Date(TIMESTAMP.test(text.value) ? text.value : Number.NaN);
    if (!Number.isNaN(time.getTime())) return time;
    this.#report(path, 'a time with zone (RFC 3339)', show(text.value));
    return undefined;
  }

  /** Number of entries of a list; 0 when there is none. */
  count(...path: Path): number {
    const value = this.#valueAt(path);
    if (value === undefined) return 0;
    if (!Array.isArray(value)) this.#report(path, 'a list', show(value));
    else if (value.length > MAX_LIST_LENGTH) this.#report(path, `at most ${MAX_LIST_LENGTH} entries`, `${value.length}`);
    else return value.length;
    return 0;
  }

  /** Whether there is an object with anything in it. */
  hasObject(...path: Path): boolean {
    const value = this.#objectAt(path);
    return value !== undefined && Object.keys(value).length > 0;
  }

  /** An object that must be there, empty or not. */
  requireObject(...path: Path): void {
    if (this.#objectAt(path) === undefined) this.#report(path, 'an object', 'nothing');
  }

  #objectAt(path: Path): object | undefined {
    const value = this.#valueAt(path);
    if (value === undefined && path.length > 0) return undefined;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    this.#report(path, 'an object', show(value));
    return undefined;
  }

  /** Own properties only, and nothing below a value that is no object: `"runDetails": "x"` is a problem of `runDetails`. */
  #valueAt(path: Path): unknown {
    for (let depth = 1; depth < path.length; depth++) {
      const parent = member(this.#root, ...path.slice(0, depth));
      if (parent === undefined || parent === null) return undefined;
      if (typeof parent !== 'object') {
        this.#report(path.slice(0, depth), 'an object', show(parent));
        return undefined;
      }
    }
    return member(this.#root, ...path) ?? undefined;
  }

  #report(path: Path, expected: string, found: string): void {
    this.#problem ??= { path: pathText(path), expected, found };
  }
}
