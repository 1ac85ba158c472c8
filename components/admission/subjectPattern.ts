/**
 * Subject patterns are ECMAScript in the trust policy and RE2 in Kyverno. What both read in the same way passes; the rest is refused with its
 * reason, because a pattern that means something else in the cluster would let strangers in, or nobody.
 * https://github.com/google/re2/wiki/Syntax
 */

/** RE2 refuses larger counts. */
const MAX_REPEAT = 1000;

/** One token that both languages read in the same way: a literal, an escaped punctuation character, a class, a group, a quantifier. */
const COMMON = [
  '\\(\\?:|\\((?!\\?)|[)|^$.]',
  '[*+?]\\??|\\{\\d+(?:,\\d*)?\\}\\??',
  '\\\\[dDwWbB]',
  '\\\\[\\^$\\\\.*+?()[\\]{}|/-]',
  '\\[\\^?(?:[A-Za-z0-9_.:/@ ,;!#%&~+*=?<>"\'(){}|$-]|\\\\[dwDW]|\\\\[\\^$\\\\.*+?()[\\]{}|/-])+\\]',
  '[^\\\\()|^$.*+?{}\\[\\]]',
].join('|');
const TOKENS = new RegExp(COMMON, 'uy');

/** Either the pattern for RE2, anchored at both ends, or why there is none. */
export type SubjectPattern = { readonly ok: true; readonly re2: string } | { readonly ok: false; readonly reason: string };

/**
 * @param source a pattern that the trust policy accepted
 * @example toRe2('ci-.*@acme\\.iam') // { ok: true, re2: '^(?:ci-.*@acme\\.iam)$' }
 */
export function toRe2(source: string): SubjectPattern {
  TOKENS.lastIndex = 0;
  for (let at = 0; at < source.length; at = TOKENS.lastIndex) {
    TOKENS.lastIndex = at;
    const token = TOKENS.exec(source)?.[0];
    if (token === undefined) {
      return {
        ok: false,
        reason: `${JSON.stringify(source.slice(at, at + 12))} is not read alike by RE2, the regular expressions of Kyverno`,
      };
    }
    if (/^\{/.test(token) && (token.match(/\d+/g) ?? []).some((count) => Number(count) > MAX_REPEAT)) {
      return { ok: false, reason: `${token} repeats more than ${MAX_REPEAT} times, which RE2 refuses` };
    }
  }
  return { ok: true, re2: `^(?:${source})$` };
}
