import { member } from '../json';

/** Values of a predicate that are looked at; a model card has about fifty. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 64;
/** UTF-16 code units of all texts and keys together. */
const MAX_TEXT = 1024 * 1024;

/**
 * Whether a parsed value is too much for a check that walks it. A bundle may hold 16 MiB, and a schema library makes an object of every wrong
 * value in it: millions of them before anything is told. Aliases in YAML make the same value count as often as it is used.
 *
 * @returns what is too much, in words; `undefined` when the value is fit to be read
 */
export function tooMuch(root: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  let values = 0;
  let text = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    values += 1;
    if (typeof value === 'string') text += value.length;
    if (values > MAX_VALUES) return `more than ${MAX_VALUES} values`;
    if (text > MAX_TEXT) return `more than ${MAX_TEXT} characters`;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) return `values nested more than ${MAX_DEPTH} levels deep`;
    const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (!Array.isArray(value)) for (const key of Object.keys(value)) text += key.length;
    if (values + open.length + children.length > MAX_VALUES) return `more than ${MAX_VALUES} values`;
    for (const child of children) open.push({ value: child, depth: depth + 1 });
  }
  return undefined;
}

/** The value at `scanner.results.0.status`: own properties, and positions in lists from 0. */
export function valueAtPath(root: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, part) => member(value, Array.isArray(value) && POSITION.test(part) ? Number(part) : part), root);
}

/** One spelling of each, so that `01` is not `1`. */
const POSITION = /^(0|[1-9]\d*)$/;
