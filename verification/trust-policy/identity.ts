import { CALLER_FIELDS, callerDifferences } from './caller';
import type { CertifiedCaller } from './caller';
import { anchoredPattern, syntaxProblem } from './linearPattern';
import { hasUnprintable, quoted } from './messageText';
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
  return subject.kind === 'exact' ? signer.subject === subject.value : anchoredPattern(subject.source).test(signer.subject);
}

export { anchoredPattern };

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
  const problem = syntaxProblem(source);
  if (problem !== undefined) return problem;
  const pattern = anchoredPattern(source);
  if (STRANGERS.every((stranger) => pattern.test(stranger))) {
    return `expected a pattern that names somebody, got ${quoted(source)}, which matches every subject`;
  }
  return undefined;
}
