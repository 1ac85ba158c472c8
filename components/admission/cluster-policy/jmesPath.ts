import type { Duration } from '../../../verification/trust-policy/duration';

/**
 * JMESPath as the conditions of a ClusterPolicy take it: one expression that is true or false, in `{{ }}`. One, because what Kyverno puts in
 * place of a variable is read again: a text of the attestation with `{{ }}` in it would be run, a truth value cannot. And because Kyverno's own
 * operators are not exact: `Equals` takes `*` for a wildcard, `1h` for `60m` and `1Ki` for `1024`.
 * https://jmespath.org/specification.html
 */

/** Characters that stand for themselves in a literal: none of them ends it, opens a variable `{{`, or a reference `$(`. */
const PLAIN = /^[A-Za-z0-9 .,:;/_@+=-]$/;

/** A text as a JMESPath literal. */
export const jmesText = (value: string): string => `\`"${escaped(value)}"\``;

/** A number or truth value as a JMESPath literal. */
export const jmesScalar = (value: string | number | boolean): string => (typeof value === 'string' ? jmesText(value) : `\`${value}\``);

function escaped(value: string): string {
  let text = '';
  for (let index = 0; index < value.length; index++) {
    const unit = value.charAt(index);
    text += PLAIN.test(unit) ? unit : `\\u${value.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return text;
}

/** The value at a path of the predicate (`runDetails.builder.id`, `results.0.status`). Missing, it equals nothing. */
export function jmesValue(path: string): string {
  return path
    .split('.')
    .map((name, index) => (index > 0 && /^(?:0|[1-9]\d{0,8})$/.test(name) ? `[${name}]` : `${index > 0 ? '.' : ''}"${escaped(name)}"`))
    .join('');
}

/** The list at a path; empty when there is none, or something else: the length of a text is that of the text. */
export const jmesList = (path: string): string => `((type(${jmesValue(path)}) == 'array' && ${jmesValue(path)}) || \`[]\`)`;

/** How many entries several lists have together. */
export const jmesCount = (...lists: readonly string[]): string => `length([${lists.join(', ')}][])`;

export const allOf = (conditions: readonly string[]): string => conditions.map((condition) => `(${condition})`).join(' && ');

export const equals = (path: string, value: string | number | boolean): string => `${jmesValue(path)} == ${jmesScalar(value)}`;

export const oneOf = (path: string, values: readonly (string | number | boolean)[]): string =>
  values.map((value) => equals(path, value)).join(' || ');

/** The text at a path matches an RE2 pattern as a whole; numbers, which `regex_match` would take too, do not. */
export const matchesWhole = (path: string, re2: string): string => textMatches(jmesValue(path), re2);

/** The same about any expression. */
export const textMatches = (value: string, re2: string): string =>
  `type(${value}) == 'string' && length(${value}) <= \`2048\` && regex_match(${jmesText(re2)}, ${value})`;

/** The number at a path lies within bounds, both included. */
export function withinBounds(path: string, { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }): string {
  const value = jmesValue(path);
  return allOf([
    `type(${value}) == 'number'`,
    ...(min === undefined ? [] : [`${value} >= ${jmesScalar(min)}`]),
    ...(max === undefined ? [] : [`${value} <= ${jmesScalar(max)}`]),
  ]);
}

/** Clocks of signers may be ahead by this much. */
const CLOCK_DIFFERENCE = '300s';

/** A value is a time that is not in the future, and not older than `maxAge`. What is no time is an error, which denies. */
export function youngerThan(value: string, maxAge: Duration | undefined): string {
  return allOf([
    `type(${value}) == 'string'`,
    `time_before(${value}, time_add(time_now_utc(), '${CLOCK_DIFFERENCE}'))`,
    ...(maxAge === undefined ? [] : [`time_after(time_add(${value}, '${maxAge.milliseconds / 1000}s'), time_now_utc())`]),
  ]);
}
