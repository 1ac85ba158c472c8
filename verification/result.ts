import type { Finding } from './finding';

/**
 * What a step that can fail for an expected reason returns: the value, or the coded finding that says why there is none.
 * Expected problems travel as findings; only programmer errors throw.
 */
export type Result<T, F extends Finding = Finding> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly finding: F };

/** Wraps a value as a success. */
export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps a finding as a failure. */
export function failure<F extends Finding>(finding: F): { readonly ok: false; readonly finding: F } {
  return { ok: false, finding };
}
