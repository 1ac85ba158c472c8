import { hasUnprintable, quoted } from './messageText';

/** Hosts that read the path of a repository without regard to case; elsewhere `acme/ML` and `acme/ml` may be two repositories. */
const CASELESS_HOST = /^(?:github\.com|[a-z0-9-]+\.ghe\.com|gitlab\.com|bitbucket\.org|codeberg\.org)$/;

/** No user, no port that is the default, no query: what a certificate never holds would make the policy match nothing. */
const ADDRESS = /^(https?):\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?\/([A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*)$/;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

/**
 * A repository as policies and messages write it: `https://github.com/acme/ml`. Host in lower case, no default port, no final slash and no
 * `.git`, which no forge allows at the end of a name. The path keeps its case.
 *
 * @returns undefined for a text that is no address of a repository
 */
export function repositoryAddress(text: string): string | undefined {
  const [, scheme = '', host = '', port = '', path = ''] = ADDRESS.exec(text.replace(/\/$/, '')) ?? [];
  const name = path.replace(/\.git$/, '');
  if (name === '' || name.endsWith('/') || name.split('/').some((part) => part === '.' || part === '..')) return undefined;
  return `${scheme}://${host.toLowerCase()}${port === DEFAULT_PORTS[scheme] ? '' : port}/${name}`;
}

/**
 * Whether a certificate means the repository that a policy names. CircleCI certifies `github.com/acme/ml`, without a scheme.
 *
 * @param certified the source repository URI of a certificate
 */
export function isSameRepository(expected: string, certified: string): boolean {
  const address = repositoryAddress(certified.includes('://') ? certified : `https://${certified}`);
  return address !== undefined && comparableRepository(address) === comparableRepository(expected);
}

/** One text for each repository. ASCII only: the address has no other letters, and a Kelvin sign must not become a k. */
export function comparableRepository(address: string): string {
  const [, , host = ''] = address.split('/');
  return CASELESS_HOST.test(host) ? address.toLowerCase() : address;
}

/** Why a text does not name a repository as certificates do, with the way to write it; undefined when it does. */
export function repositoryProblem(text: string): string | undefined {
  const address = repositoryAddress(text);
  const [, , host, ...path] = address?.split('/') ?? [];
  // GitHub has no groups of groups; a third part is a directory or a workflow.
  if (address !== undefined && !(host === 'github.com' && path.length !== 2)) return undefined;
  const meant = likelyAddress(text);
  return `expected the address of a repository, https://github.com/OWNER/REPOSITORY, got ${quoted(text)}${meant === undefined ? '' : `: write ${meant}`}`;
}

/**
 * `acme/ml`, `git@github.com:acme/ml.git`, `git+https://github.com/acme/ml@refs/heads/main`: what people write instead. A bare pair is of
 * GitHub; what begins like an address must name its host, or the host would be proposed as an owner.
 */
function likelyAddress(text: string): string | undefined {
  if (hasUnprintable(text)) return undefined;
  const [, scheme, host = scheme === undefined ? 'github.com' : undefined, owner, name] =
    /^((?:git\+)?[a-z]+:\/\/)?(?:[^@/]+@)?(?:([a-z0-9-]+(?:\.[a-z0-9-]+)+)[/:])?([\w.-]+)\/([\w.-]+)(?:[/@#?].*)?$/i.exec(text) ?? [];
  if (host === undefined || owner === undefined || name === undefined) return undefined;
  return repositoryAddress(`https://${host}/${owner}/${name}`);
}
