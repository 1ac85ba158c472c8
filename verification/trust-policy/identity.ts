import { CALLER_FIELDS, callerDifferences } from './caller';
import type { CertifiedCaller } from './caller';
import { hasUnprintable, quoted } from './messageText';
import { MAX_WILDCARDS, ambiguousRepetition, wildcards } from './patternCost';
import type { Identity } from './types';

/** A subject is a URL or an e-mail address; certificates with more are not matched, so that no pattern runs over a novel. */
export const MAX_SUBJECT_LENGTH = 2_048;

/** A signer as read from a verified certificate. */
export interface CertifiedSigner {
  readonly issuer: string;
  readonly subject: string;
  /** What the certificate says about the build. */
  readonly claims?: CertifiedCaller;
}

/** Does a signer match an identity: the exact issuer, the subject as a whole, and the caller where the identity names one? */
export function matchesIdentity(identity: Identity, signer: CertifiedSigner): boolean {
  return matchesSubject(identity, signer) && callerDifferences(identity.caller, signer.claims).length === 0;
}

/** Issuer and subject alone, for messages about the caller: never a reason to accept a signer. */
export function matchesSubject(identity: Identity, signer: CertifiedSigner): boolean {
  if (signer.issuer !== identity.issuer || signer.subject.length > MAX_SUBJECT_LENGTH) return false;
  // A line break in a subject could satisfy a pattern that was meant for one line.
  if (hasUnprintable(signer.subject)) return false;
  const { subject } = identity;
  return subject.kind === 'exact' ? signer.subject === subject.value : signer.subject.match(subject.pattern)?.[0] === signer.subject;
}

/**
 * Compiles a pattern so that it must match the whole subject. The group keeps an alternation together: `^a|b$` would accept `axxx`. `$` without
 * the multi-line flag is the end of the text in JavaScript, not also the place before a final line break.
 */
export const anchoredPattern = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'u');

/** An identity in words. */
export function describeIdentity({ issuer, subject, caller = {} }: Identity): string {
  const fields = CALLER_FIELDS.flatMap((field) => (caller[field] === undefined ? [] : `${field} ${caller[field]}`));
  return `${subject.kind === 'exact' ? subject.value : `a subject like /${subject.source}/`} (${[`issuer ${issuer}`, ...fields].join(', ')})`;
}

/** Subjects that nobody would name; a pattern that matches them all lets everybody in. */
const STRANGERS = [
  'spiffe://q.test/x',
  'mallory@evil.example',
  'https://evil.example/?a=b',
  'https://github.com/mallory/x/.github/workflows/y.yml@refs/heads/z',
];

/** Why a text is no subject pattern; undefined when it is one. */
export function patternProblem(source: string): string | undefined {
  let pattern: RegExp;
  try {
    // Alone first: `a)|(b` would compile inside our group and escape from it.
    new RegExp(source, 'u');
    pattern = anchoredPattern(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : 'invalid';
    return `expected a regular expression, got ${quoted(source)}, which does not compile: ${reason}`;
  }
  const ambiguous = ambiguousRepetition(source);
  if (ambiguous !== undefined) {
    return `expected a pattern without a repetition inside a repetition, got ${quoted(source)}: ${quoted(ambiguous)} can keep the check busy for ever`;
  }
  if (wildcards(source) > MAX_WILDCARDS) {
    return `expected at most ${MAX_WILDCARDS} repetitions that can end in several places, got ${quoted(source)}: write [^/]* instead of .* between slashes`;
  }
  if (STRANGERS.every((stranger) => pattern.test(stranger))) {
    return `expected a pattern that names somebody, got ${quoted(source)}, which matches every subject`;
  }
  return undefined;
}
