import { syntaxProblem } from '../../verification/trust-policy/linearPattern';

/** Either the pattern for RE2, anchored at both ends, or why there is none. */
export type SubjectPattern = { readonly ok: true; readonly re2: string } | { readonly ok: false; readonly reason: string };

/**
 * A pattern of the trust policy as Kyverno and policy-controller match it. All three read RE2, so the text is the same; only classes by a property
 * of Unicode are refused, since their tables are those of a version of Unicode, and a character may be in the one and not in the other.
 * https://github.com/google/re2/wiki/Syntax
 *
 * @param source a pattern that the trust policy accepted
 * @example toRe2('ci-.*@acme\\.iam') // { ok: true, re2: '^(?:ci-.*@acme\\.iam)$' }
 */
export function toRe2(source: string): SubjectPattern {
  const problem = syntaxProblem(source);
  if (problem !== undefined) return { ok: false, reason: problem };
  const property = /(?<!\\)(?:\\\\)*(\\[pP](?:\{[^}]*\}|.))/.exec(source)?.[1];
  if (property !== undefined)
    return { ok: false, reason: `${property} depends on the version of Unicode, so Kyverno may read it differently` };
  return { ok: true, re2: `^(?:${source})$` };
}
