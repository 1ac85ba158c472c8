import type { Duration } from '../../../verification/trust-policy/duration';
import { celText, celTexts, re2Literal } from '../celText';

/** Clocks of signers may be ahead by this much. */
const CLOCK_DIFFERENCE = '300s';

/** CEL: the value at a path of the predicate (`runDetails.builder.id`, `results.0.status`), or null. */
export function valueAt(path: string, root = 'p'): string {
  const steps = path.split('.').map((name) => (/^(?:0|[1-9]\d{0,8})$/.test(name) ? `[?${name}]` : `[?${celText(name)}]`));
  return `${root}${steps.join('')}.orValue(null)`;
}

/** CEL: the value at a path is one of these texts. */
export const oneOf = (path: string, texts: readonly string[]): string => `${valueAt(path)} in ${celTexts(texts)}`;

/** CEL: the text at a path matches an RE2 pattern as a whole. */
export function matchesWhole(path: string, re2: string): string {
  return `cel.bind(v, ${valueAt(path)}, type(v) == string && size(v) <= 2048 && v.matches(${celText(re2)}))`;
}

/** CEL: the number at a path lies within bounds, both included. */
export function withinBounds(path: string, { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }): string {
  const bounds = [...(min === undefined ? [] : [`v >= ${celNumber(min)}`]), ...(max === undefined ? [] : [`v <= ${celNumber(max)}`])];
  return `cel.bind(v, ${valueAt(path)}, ${bounds.join(' && ')})`;
}

/** CEL: the time at a path is not in the future, and not older than `maxAge`; text that is no time is an error, which denies. */
export function youngerThan(time: string, maxAge: Duration | undefined): string {
  const notAhead = `timestamp(${time}) - time.now() <= duration(${celText(CLOCK_DIFFERENCE)})`;
  if (maxAge === undefined) return notAhead;
  return `${notAhead} && time.now() - timestamp(${time}) <= duration(${celText(`${maxAge.milliseconds / 1000}s`)})`;
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
