import { sampleRepository } from './imageGlob';
import { coversRepository, policiesFor } from './imageMatching';
import { sampleHost } from './regionalHost';
import type { ImagePolicy, TrustPolicy } from './types';

/** Registries where anybody may have a namespace, which is the first part of the path. */
const PUBLIC_REGISTRIES: ReadonlySet<string> = new Set([
  ...['docker.io', 'ghcr.io', 'quay.io', 'public.ecr.aws', 'registry.gitlab.com', 'gcr.io', 'ttl.sh', '*-docker.pkg.dev'],
]);

/** A repository that the globs cover; they always cover some. */
export function coveredRepository(item: Pick<ImagePolicy, 'images'>): string {
  const [glob = ''] = item.images;
  return sampleRepository(glob, 'model');
}

/** A repository of a stranger in a public registry that a glob covers; nothing when the glob names its owner. */
export function strangersRepository(glob: string): string | undefined {
  const [host = '', namespace = '', ...rest] = glob.split('/');
  if (!PUBLIC_REGISTRIES.has(host) || !namespace.includes('*')) return undefined;
  const owner = namespace === '**' ? 'mallory' : namespace.replaceAll('*', 'mallory');
  const path = rest.map((segment) => (segment === '**' ? 'model' : segment.replaceAll('*', 'model')));
  const candidates = [
    [owner, ...path, 'model'],
    [owner, ...path],
    [owner, 'model', ...path],
  ].map((parts) => [sampleHost(host), ...parts].join('/'));
  return candidates.find((candidate) => coversRepository({ images: [glob] }, candidate));
}

/** A repository that no policy covers; nothing when they cover everything that we can think of. */
export function uncoveredRepository(policy: TrustPolicy): string | undefined {
  const candidates = ['docker.io/mallory/model', 'ghcr.io/mallory/model', 'registry.mallory.example/model'];
  return candidates.find((candidate) => policiesFor(candidate, policy).length === 0);
}
