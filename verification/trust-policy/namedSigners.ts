import { keyNumberOfPem } from './canonicalKey';
import { repositoryAddress, comparableRepository } from './repositoryAddress';
import { signerName } from './signerName';
import { fixedSubjects } from './workflowSubject';

/**
 * How many different signers the authorities of a policy name at most: one workflow from two refs, one mailbox and one key in two encodings
 * are one. Infinity where a pattern leaves it open.
 *
 * @param authorities as the file writes them, right or wrong
 */
export function countNamedSigners(authorities: readonly unknown[]): number {
  const names = authorities.flatMap((authority, index) => namesIn(authority, index));
  return names.includes(undefined) ? Infinity : new Set(names).size;
}

/** Undefined stands for any number of them. */
function namesIn(authority: unknown, index: number): readonly (string | undefined)[] {
  const keyless = member(authority, 'keyless');
  if (keyless !== undefined) return list(keyless, 'identities').flatMap(namesOfIdentity);
  const pem = member(member(authority, 'key'), 'data');
  return [(typeof pem === 'string' ? keyNumberOfPem(pem) : undefined) ?? `authority ${index}`];
}

function namesOfIdentity(identity: unknown): readonly (string | undefined)[] {
  const { issuer, subject, subjectRegExp } = { issuer: '', ...(identity as object) } as Record<string, unknown>;
  const subjects = fixedSubjects({ subject, subjectRegExp });
  if (subjects === undefined) return [undefined];
  return subjects.map((text) => `${signerName(String(issuer), text)}\n${callerIn(identity)}`);
}

/** Which repository calls: its name, since an identity that says only its number may mean the same one. */
function callerIn(identity: unknown): string {
  const repository = member(identity, 'sourceRepository');
  if (typeof repository === 'string') return comparableRepository(repositoryAddress(repository) ?? repository);
  const id = member(identity, 'sourceRepositoryId');
  return typeof id === 'string' || typeof id === 'number' ? `id ${id}` : '';
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;

function list(value: unknown, name: string): readonly unknown[] {
  const items = member(value, name);
  return Array.isArray(items) ? items : [];
}
