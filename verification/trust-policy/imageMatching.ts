import { compileGlob } from './globMatcher';
import { quoted } from './messageText';
import type { ImagePolicy, TrustPolicy } from './types';

const HOST = /^[a-z0-9*]([a-z0-9.*-]*)(:[0-9*]+)?$/;
const SEGMENT = /^[a-z0-9._*-]+$/;

/** Why a text is no image glob; undefined when it is one. */
export function globProblem(glob: string): string | undefined {
  const got = `got ${quoted(glob)}`;
  if (/^[a-z]+:\/\//.test(glob)) return `expected registry/repository without a scheme, ${got}`;
  if (glob.includes('@')) return `expected a glob over registry/repository, ${got} with a digest: leave "@..." out`;
  const [host = '', ...segments] = glob.split('/');
  if (segments.some((segment) => segment.includes(':')) || (segments.length === 0 && host.includes(':'))) {
    return `expected a glob over registry/repository, ${got} with a tag: leave ":..." out, a tag can be moved`;
  }
  if (segments.length === 0 && isHost(host)) return `expected registry/repository, ${got}, which is a registry only: write "${host}/**"`;
  if (/[A-Z]/.test(glob)) return `expected lower case, as repositories are, ${got}`;
  const foreign = /[^a-z0-9._/:*-]/.exec(glob)?.[0];
  if (foreign !== undefined)
    return `expected only letters, digits, ".", "_", "-", "/", "*" and "**", ${got} with ${JSON.stringify(foreign)}`;
  if (segments.some((segment) => !SEGMENT.test(segment)) || host === '') return `expected no empty path segment, ${got}`;
  if ([host, ...segments].some((segment) => segment === '.' || segment === '..' || (segment.includes('**') && segment !== '**'))) {
    return `expected names between slashes, and ** alone between them, ${got}`;
  }
  if (!isHost(host) && host.includes('*')) return `expected a registry by name before the first "/", ${got}`;
  if (isHost(host) && (!HOST.test(host) || /^[*.:-]*$/.test(host.split(':')[0] ?? '') || host.startsWith('*'))) {
    return `expected a registry by name before the first "/", ${got}: a pattern there would accept any registry`;
  }
  return undefined;
}

/** Docker's rule: the first part is a registry if it looks like a host. */
const isHost = (part: string): boolean => part.includes('.') || part.includes(':') || part === 'localhost';

/** Fills in what Docker fills in, so that globs and references are compared in one form. */
export function normaliseGlob(glob: string): string {
  const [host = '', ...rest] = glob.split('/');
  if (rest.length === 0) return `docker.io/library/${glob}`;
  if (!isHost(host)) return `docker.io/${glob}`;
  const registry = host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
  // References say docker.io/library/nginx; a glob docker.io/nginx would cover nothing, silently.
  const [only] = rest;
  if (registry === 'docker.io' && rest.length === 1 && only !== '**') return `docker.io/library/${only ?? ''}`;
  return [registry, ...rest].join('/');
}

const compiled = new WeakMap<WithImages, (repository: string) => boolean>();

/** A policy or an exception. */
type WithImages = Pick<ImagePolicy, 'images'>;

/** Whether the globs of a policy or an exception cover a repository, given normalised as `registry/path`. */
export function coversRepository(policy: WithImages, repository: string): boolean {
  let matches = compiled.get(policy);
  if (matches === undefined) {
    const globs = policy.images.map(compileGlob);
    matches = (candidate) => globs.some((glob) => glob(candidate));
    compiled.set(policy, matches);
  }
  return matches(repository);
}

/** The policies that cover a repository, in the order of the file. All of them must hold. */
export function policiesFor(repository: string, policy: TrustPolicy): readonly ImagePolicy[] {
  return policy.policies.filter((candidate) => coversRepository(candidate, repository));
}
