import { anchoredPattern, syntaxProblem } from './linearPattern';
import { patternShape } from './patternShape';
import type { PatternNode, PatternSequence } from './patternShape';
import { repositoryAddress } from './repositoryAddress';

/**
 * Which subjects name a workflow. A workflow may be called from elsewhere, so its name does not say whose build it ran in: an identity that
 * accepts one must say who may call it. Sources: https://github.com/sigstore/fulcio/blob/main/config/identity/config.yaml (`ci-issuer-metadata`
 * and the type of every issuer).
 */

/** Issuers that certify workflows and nothing else (`_services/token`: GitHub Enterprise Server); other servers are known by their subjects. */
const WORKFLOW_ISSUER =
  /^https:\/\/(?:token\.actions(?:\.[a-z0-9-]+)*\.(?:githubusercontent|ghe)\.com|gitlab\.com|dev\.gitlab\.org|ops\.gitlab\.net|gitlab\.archlinux\.org|[^/]+\/_services\/token)(?:\/|$)/i;

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
const UNCALLABLE = [
  'https://kubernetes.io/',
  'https://issuer.enforce.dev/',
  'https://buildkite.com/',
  'https://circleci.com/',
  'https://g.codefresh.io/',
  'https://app.buddy.works/',
];

const WORKFLOW = /^https?:\/\/[^/]+\/.*(?:@|\/\.github\/workflows\/)/is;

/** What of an identity decides, as the file writes it. */
export interface WrittenIdentity {
  readonly issuer?: unknown;
  readonly subject?: unknown;
  readonly subjectRegExp?: unknown;
}

/** Whether an identity accepts a workflow, or a pattern of which that cannot be ruled out. */
export function acceptsWorkflow({ issuer, subject, subjectRegExp }: WrittenIdentity): boolean {
  if (typeof issuer === 'string' && WORKFLOW_ISSUER.test(issuer)) return typeof subject === 'string' || typeof subjectRegExp === 'string';
  if (typeof issuer === 'string' && MAIL_ISSUERS.has(issuer)) return false;
  if (typeof subject === 'string') return isWorkflow(subject);
  return canMatchWorkflow(subjectRegExp);
}

/** The alternatives of a pattern; none for what is no pattern, which is a mistake of its own. */
function alternativesOf(source: unknown): readonly PatternSequence[] {
  if (typeof source !== 'string' || source.length > MAX_PATTERN_LENGTH || syntaxProblem(source) !== undefined) return [];
  return patternShape(source);
}

/** As long as a subject may be. */
const MAX_PATTERN_LENGTH = 2_048;

/** Whether a subject has the form of a workflow: an address with a ref behind it. */
export const isWorkflow = (subject: string): boolean => WORKFLOW.test(subject) && !UNCALLABLE.some((start) => subject.startsWith(start));

/** A workflow begins with http, and holds a slash and an @. Whatever cannot be ruled out counts as one. */
function canMatchWorkflow(source: unknown): boolean {
  return alternativesOf(source).some((alternative) => {
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
      return anchoredPattern(node.source).test(character);
    case 'assertion':
      return false;
    case 'group':
      return node.alternatives.some((alternative) => canHold(alternative, character));
    case 'repeat':
      return nodeCanHold(node.node, character);
  }
}

/**
 * The subjects that an identity accepts, as far as they tell signers apart: a pattern that leaves only the ref open names one workflow.
 *
 * @returns undefined where a pattern leaves more open
 */
export function fixedSubjects({ subject, subjectRegExp }: WrittenIdentity): readonly string[] | undefined {
  if (typeof subject === 'string') return [subject];
  const prefixes = alternativesOf(subjectRegExp).map(literalPrefix);
  const isFixed = prefixes.length > 0 && prefixes.every(({ prefix, isWhole }) => isWhole || (isWorkflow(prefix) && prefix.includes('@')));
  return isFixed ? prefixes.map(({ prefix }) => prefix) : undefined;
}

/** The repository that a workflow is in, as far as a subject or the fixed beginning of a pattern says. */
export function repositoryOfWorkflow({ subject, subjectRegExp }: WrittenIdentity): string | undefined {
  if (typeof subject === 'string') return repositoryIn(subject);
  const [first, ...more] = alternativesOf(subjectRegExp);
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
