import { isJsonObject } from '../json';
import { quotedName } from '../jsonNames';
import { MAX_NUMBER_CHARACTERS } from './limits';

/**
 * Readers of protobuf's JSON form, as strict as protojson in Go, through which sigstore-go and cosign read: unknown fields, fields given twice
 * (a field has two names), two members of a oneof, and values of another type are errors. The generated code of `protobuf-specs` converts and
 * ignores instead: a number becomes a text, junk in base64 is skipped, of a oneof one member is taken.
 * https://protobuf.dev/programming-guides/json/
 */

/** Reads a value of one type, or throws `ProtoJsonError`. */
export type ProtoReader<T> = (value: unknown, path: string) => T;

/** What is wrong with a message, and where. */
export class ProtoJsonError extends Error {}

/** More of something than is read; of what, says enough. */
export class ProtoExcess extends ProtoJsonError {}

const refuse = (path: string, expected: string, value: unknown): never => {
  throw new ProtoJsonError(`${path}: expected ${expected}, got ${shown(value)}`);
};

function shown(value: unknown): string {
  if (typeof value === 'string') return quotedName(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** A message whose names are checked: each is known, and each field is given once. */
export class ProtoMessage {
  readonly #fields = new Map<string, unknown>();
  readonly #path: string;

  /** @param names of all fields, as in JSON: `logIndex`; the name in the proto file (`log_index`) is the same field */
  constructor(value: unknown, path: string, names: readonly string[]) {
    this.#path = path;
    if (!isJsonObject(value)) return refuse(path === '' ? 'the bundle' : path, 'an object', value);
    for (const [given, content] of Object.entries(value)) {
      const name = names.find((known) => known === given || protoName(known) === given);
      if (name === undefined) throw new ProtoJsonError(`${this.#at(quotedName(given))}: an unknown field`);
      if (this.#fields.has(name)) throw new ProtoJsonError(`${this.#at(name)}: given twice`);
      this.#fields.set(name, content);
    }
  }

  /** A field, or what stands for its absence; null is absence. */
  read<T, Absent>(name: string, reader: ProtoReader<T>, absent: Absent): T | Absent {
    const value = this.#fields.get(name) ?? undefined;
    return value === undefined ? absent : reader(value, this.#at(name));
  }

  /** The one member of a oneof that is set. */
  oneOf<Name extends string>(...names: readonly Name[]): Name | undefined {
    const set = names.filter((name) => (this.#fields.get(name) ?? undefined) !== undefined);
    if (set.length > 1) throw new ProtoJsonError(`${this.#at(set.join(' and '))}: expected one of these, got both`);
    return set[0];
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

const protoName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const protoText: ProtoReader<string> = (value, path) => (typeof value === 'string' ? value : refuse(path, 'text', value));

/** What takes time by its length, and by more than that. */
export function refuseExcess(found: number, limit: number, what: string): void {
  if (found > limit) throw new ProtoExcess(`expected at most ${limit} ${what}, got ${found}`);
}

const CANONICAL_INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;

/** As canonical decimal text. Beyond 2^53 it has to be text already: a number has lost its last digits by now. */
export const protoInt64: ProtoReader<string> = (value, path) => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === 'string') refuseExcess(text.length, MAX_NUMBER_CHARACTERS, 'digits in a number');
  const isWhole = typeof text === 'string' && CANONICAL_INTEGER.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  return isWhole ? text : refuse(path, 'a whole number', value);
};

/** @param names of the values by their numbers, as TypeScript compiles an enum */
export function protoEnum<T extends number>(names: Readonly<Record<string, string | number>>): ProtoReader<T> {
  return (value, path) => {
    const known = typeof value === 'string' || typeof value === 'number' ? names[value] : undefined;
    if (typeof value === 'number' && typeof known === 'string') return value as T;
    return typeof value === 'string' && typeof known === 'number' ? (known as T) : refuse(path, 'a known value', value);
  };
}

/** @param limit most items, refused before the first is read */
export function protoList<T>(reader: ProtoReader<T>, limit: number, what: string): ProtoReader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return refuse(path, 'a list', value);
    refuseExcess(value.length, limit, what);
    return value.map((item: unknown, index) => reader(item, `${path}[${index}]`));
  };
}

/** @param limit most characters of its base64 */
export function protoBytes(limit: number, what: string): ProtoReader<Buffer> {
  return (value, path) => {
    if (typeof value !== 'string') return refuse(path, 'base64', value);
    refuseExcess(value.length, limit, `base64 characters of ${what}`);
    return decode(value) ?? refuse(path, 'base64', value);
  };
}

const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const FOR_URLS = /^[A-Za-z0-9_-]*={0,2}$/;

/** Either alphabet, padded in full or not at all; Node would skip whatever does not belong there. */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Nearly always, and much faster than a pattern over megabytes.
  if (bytes.toString('base64') === text) return bytes;
  if (!STANDARD.test(text) && !FOR_URLS.test(text)) return undefined;
  const length = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  const isWhole = length % 4 !== 1 && (length === text.length || text.length === Math.ceil(length / 4) * 4);
  // Node reads both alphabets under this name.
  return isWhole ? bytes : undefined;
}
