import { patternShape } from './patternShape';
import type { PatternNode, PatternSequence } from './patternShape';
import { repositoryAddress } from './repositoryAddress';

/**
 * Which subjects name a workflow. A workflow may be called from elsewhere, so its name does not say whose build it ran in: an identity that
 * accepts one must say who may call it. Sources: https://github.com/sigstore/fulcio/blob/main/config/identity/config.yaml (`ci-issuer-metadata`
 * and the type of every issuer).
 */

/** Issuers that certify workflows and nothing else; those of self-hosted servers are known by their subjects. */
const WORKFLOW_ISSUER =
  /^https:\/\/(?:token\.actions(?:\.[a-z0-9-]+)*\.(?:githubusercontent|ghe)\.com|gitlab\.com|dev\.gitlab\.org|ops\.gitlab\.net|gitlab\.archlinux\.org)(?:\/|$)/i;

/** Issuers that certify e-mail addresses and nothing else. */
const MAIL_ISSUERS: ReadonlySet<string> = new Set([
  'https://accounts.google.com',
  'https://auth.eclipse.org/auth/realms/foundation-service-accounts',
  'https://github.com/login/oauth',
  'https://issuer.hello.coop',
  'https://login.microsoftonline.com',
  'https://oauth2.sigstore.dev/auth',
  'https://sigstore.verify.ibm.com/oauth2',
  'https://www.kaggle.com/api/v1/models/signing',
]);

/** Subjects of service accounts and of pipelines that belong to one project: nobody else can call them. */
const UNCALLABLE = ['https://kubernetes.io/', 'https://buildkite.com/', 'https://circleci.com/', 'https://g.codefresh.io/'];

const WORKFLOW = /^https?:\/\/[^/]+\/.*(?:@|\/\.github\/workflows\/)/is;

/** What of an identity decides, as the file writes it. */
export interface WrittenIdentity {
  readonly issuer?: unknown;
  readonly subject?: unknown;
  readonly subjectRegExp?: unknown;
}

/** Whether an identity accepts a workflow, or a pattern of which that cannot be ruled out. */
export function acceptsWorkflow({ issuer, subject, subjectRegExp }: WrittenIdentity): boolean {
  if (typeof subject !== 'string' && typeof subjectRegExp !== 'string') return false;
  if (typeof issuer === 'string' && WORKFLOW_ISSUER.test(issuer)) return true;
  if (typeof issuer === 'string' && MAIL_ISSUERS.has(issuer)) return false;
  if (typeof subject === 'string') return isWorkflow(subject);
  return typeof subjectRegExp === 'string' && canMatchWorkflow(subjectRegExp);
}

/** Whether a subject has the form of a workflow: an address with a ref behind it. */
export const isWorkflow = (subject: string): boolean => WORKFLOW.test(subject) && !UNCALLABLE.some((start) => subject.startsWith(start));

/** A workflow begins with http, and holds a slash and an @. Whatever cannot be ruled out counts as one. */
function canMatchWorkflow(source: string): boolean {
  return patternShape(source).some((alternative) => {
    const { prefix, isWhole } = literalPrefix(alternative);
    if (UNCALLABLE.some((start) => prefix.startsWith(start))) return false;
    if (isWhole) return isWorkflow(prefix);
    const beginsLikeOne = ['https://', 'http://'].some((start) => start.startsWith(prefix) || prefix.startsWith(start));
    return beginsLikeOne && canHold(alternative, '/') && canHold(alternative, '@');
  });
}

/** The fixed text at the beginning of an alternative. */
function literalPrefix(nodes: PatternSequence): { readonly prefix: string; readonly isWhole: boolean } {
  let prefix = '';
  for (const node of nodes) {
    if (node.kind === 'literal') prefix += node.character;
    else if (node.source !== '^' && node.source !== '$') return { prefix, isWhole: false };
  }
  return { prefix, isWhole: true };
}

const canHold = (nodes: PatternSequence, character: string): boolean => nodes.some((node) => nodeCanHold(node, character));

function nodeCanHold(node: PatternNode, character: string): boolean {
  switch (node.kind) {
    case 'literal':
      return node.character === character;
    case 'one':
      return new RegExp(`^${node.source}$`, 'su').test(character);
    case 'assertion':
      return false;
    case 'group':
      return node.alternatives.some((alternative) => canHold(alternative, character));
    case 'repeat':
      return nodeCanHold(node.node, character);
  }
}

/** The repository that a workflow is in, as far as a subject or the fixed beginning of a pattern says. */
export function repositoryOfWorkflow({ subject, subjectRegExp }: WrittenIdentity): string | undefined {
  if (typeof subject === 'string') return repositoryIn(subject);
  if (typeof subjectRegExp !== 'string') return undefined;
  const [first, ...more] = patternShape(subjectRegExp);
  return first === undefined || more.length > 0 ? undefined : repositoryIn(dottedPrefix(first));
}

/** Like the literal prefix, a bare dot read as the dot that was probably meant: for a proposal, not for a decision. */
function dottedPrefix(nodes: PatternSequence): string {
  const end = nodes.findIndex((node) => node.kind !== 'literal' && node.source !== '.' && node.source !== '^');
  return nodes
    .slice(0, end === -1 ? nodes.length : end)
    .map((node) => (node.kind === 'literal' ? node.character : node.source === '.' ? '.' : ''))
    .join('');
}

/** GitLab writes a second slash before the path of the file, GitHub keeps its files in one place. */
function repositoryIn(workflow: string): string | undefined {
  const [, repository] = /^(https?:\/\/[^@]+?)\/(?:\/|\.(?:github|gitea|forgejo)\/workflows\/)/.exec(workflow) ?? [];
  const [, owned] = /^(https?:\/\/github\.com\/[^/@]+\/[^/@]+)\/./i.exec(workflow) ?? [];
  const found = repository ?? owned;
  return found === undefined ? undefined : repositoryAddress(found);
}
