import { comparableRepository, repositoryAddress } from './repositoryAddress';
import { isWorkflow, repositoryOfWorkflow } from './workflowSubject';

const MAIL = /^([^@\s/+]+)(?:\+[^@\s/]*)?@([^@\s/]+)$/;

/**
 * What identifies a signer, where different signers are counted. Never a reason to accept one: identities are compared exactly.
 *
 * - A workflow: its file in its repository. Who may push a branch may push a tag, so the ref makes no other signer of it.
 * - An e-mail address: the mailbox. Case, `+tag` and the dots of Gmail are the same mailbox, and so is another issuer that knows the address.
 * - Anything else (service accounts, pipelines, user names): the subject with its issuer, which is the cluster or server that it is of.
 */
export function signerName(issuer: string, subject: string): string {
  if (isWorkflow(subject)) return workflowName(subject);
  const [, mailbox, domain] = MAIL.exec(subject) ?? [];
  return mailbox === undefined || domain === undefined ? `${subject}\n${issuer}` : mailboxName(mailbox.toLowerCase(), domain.toLowerCase());
}

const GOOGLE_MAIL = /^(?:gmail|googlemail)\.com$/;

/** Google delivers `a.nn@googlemail.com` to `ann@gmail.com`; elsewhere a dot makes another mailbox. */
const mailboxName = (mailbox: string, domain: string): string =>
  GOOGLE_MAIL.test(domain) ? `${mailbox.replaceAll('.', '')}@gmail.com` : `${mailbox}@${domain}`;

/** Up to the first @ of the path: a ref may hold another one, and cutting too much makes fewer signers, never more. */
function workflowName(subject: string): string {
  const [name = subject] = /^[^/]+\/\/[^/]+\/[^@]*/.exec(subject) ?? [];
  const repository = repositoryOfWorkflow({ subject });
  if (repository === undefined) return name;
  const file = name.slice(name.split('/').slice(0, repository.split('/').length).join('/').length);
  return `${comparableRepository(repository)}${file}`;
}

/** The repository that calls a workflow, where it makes another signer of it. */
export interface CallingRepository {
  readonly id?: string;
  readonly uri?: string;
}

/** Whether two callers are one: by number, which survives a rename, or by name, which a repository that was made again has as well. */
export function isSameCaller(a: CallingRepository, b: CallingRepository): boolean {
  return (a.id !== undefined && a.id === b.id) || (a.uri !== undefined && b.uri !== undefined && comparable(a.uri) === comparable(b.uri));
}

const comparable = (uri: string): string => comparableRepository(repositoryAddress(uri) ?? uri);
