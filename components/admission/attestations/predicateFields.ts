import type { Duration } from '../../../verification/trust-policy/duration';
import { celText, celTexts, re2Literal } from '../celText';

/** Clocks of signers may be ahead by this much. */
const CLOCK_DIFFERENCE = '300s';

/**
 * CEL: the value at a path of the predicate (`runDetails.builder.id`, `results.0.status`), or null. `dyn`, because CEL would otherwise take
 * it for a null that equals no text.
 */
export function valueAt(path: string, root = 'p'): string {
  const steps = path.split('.').map((name) => (/^(?:0|[1-9]\d{0,8})$/.test(name) ? `[?${name}]` : `[?${celText(name)}]`));
  return `dyn(${root}${steps.join('')}.orValue(null))`;
}

/** CEL: the list at a path; empty when there is none, or something else: the size of a text is its length. */
export const listAt = (path: string): string => `cel.bind(l, ${valueAt(path)}, type(l) == list ? l : [])`;

/** CEL: the value at a path is one of these texts. */
export const oneOf = (path: string, texts: readonly string[]): string => `${valueAt(path)} in ${celTexts(texts)}`;

/** CEL: the text at a path matches an RE2 pattern as a whole. */
export function matchesWhole(path: string, re2: string): string {
  return `cel.bind(v, ${valueAt(path)}, type(v) == string && size(v) <= 2048 && v.matches(${celText(re2)}))`;
}

/** CEL: the number at a path lies within bounds, both included. */
export function withinBounds(path: string, { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }): string {
  const bounds = [...(min === undefined ? [] : [`v >= ${celNumber(min)}`]), ...(max === undefined ? [] : [`v <= ${celNumber(max)}`])];
  return `cel.bind(v, ${valueAt(path)}, (type(v) == double || type(v) == int) && ${bounds.join(' && ')})`;
}

/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6; CEL fails on other text, and the developer would read CEL's error instead of ours. */
const TIME = '^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?(?:Z|[+-][0-2][0-9]:[0-5][0-9])$';

/** CEL: a value is a time that is not in the future, and not older than `maxAge`. */
export function youngerThan(value: string, maxAge: Duration | undefined): string {
  const conditions = [
    'type(t) == string',
    `t.matches(${celText(TIME)})`,
    `timestamp(t) - time.now() <= duration(${celText(CLOCK_DIFFERENCE)})`,
    ...(maxAge === undefined ? [] : [`time.now() - timestamp(t) <= duration(${celText(`${maxAge.milliseconds / 1000}s`)})`]),
  ];
  return `cel.bind(t, ${value}, ${conditions.join(' && ')})`;
}

/** CEL numbers from JSON are doubles; `1` alone would be an integer, and equal to no double in a list. */
export const celNumber = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/** RE2 for a repository as provenance writes it: `git+` and `.git` do not matter. */
export function repositoryPattern(repository: string): string {
  const plain = repository
    .replace(/^git\+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return `(?:git\\+)?${re2Literal(plain)}(?:\\.git)?`;
}
