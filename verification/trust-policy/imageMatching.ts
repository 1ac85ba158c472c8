import { compileGlob } from './globMatcher';
import type { GlobMatcher } from './globMatcher';
import { hostPattern } from './regionalHost';
import type { ImagePolicy, TrustPolicy } from './types';

const compiled = new WeakMap<WithImages, (repository: string) => boolean>();

/** A policy or an exception. */
type WithImages = Pick<ImagePolicy, 'images'>;

/** Whether the globs of a policy or an exception cover a repository, given normalized as `registry/path`. */
export function coversRepository(policy: WithImages, repository: string): boolean {
  let matches = compiled.get(policy);
  if (matches === undefined) {
    const globs = policy.images.map(compileImageGlob);
    matches = (candidate) => globs.some((glob) => glob(candidate));
    compiled.set(policy, matches);
  }
  return matches(repository);
}

/** A star in a host is a port or a region and nothing else. */
function compileImageGlob(glob: string): GlobMatcher {
  const slash = glob.indexOf('/');
  const host = hostPattern(glob.slice(0, slash));
  if (host === undefined) return compileGlob(glob);
  const { before, star, after } = host;
  const region = new RegExp(`^${star}$`);
  const path = compileGlob(glob.slice(slash + 1));
  return (repository) => {
    const end = repository.indexOf('/');
    const registry = repository.slice(0, end);
    const fits = registry.length > before.length + after.length && registry.startsWith(before) && registry.endsWith(after);
    return fits && region.test(registry.slice(before.length, registry.length - after.length)) && path(repository.slice(end + 1));
  };
}

/** The policies that cover a repository, in the order of the file. All of them must hold. */
export function policiesFor(repository: string, policy: TrustPolicy): readonly ImagePolicy[] {
  return policy.policies.filter((candidate) => coversRepository(candidate, repository));
}
