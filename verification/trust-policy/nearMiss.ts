import type { NearMiss } from '../findings/parts';
import { editDistance } from './editDistance';
import { coversRepository } from './imageMatching';
import { sampleHost } from './regionalHost';
import type { TrustPolicy } from './types';

/**
 * A glob that an uncovered image differs from in its registry, or in the spelling of one name: then a typo, here or there, is more likely than an
 * image that nobody thought of. Most globs match nothing of a given stack, so nothing else is worth a word.
 *
 * @param repository `registry/path` of an image that no policy covers
 */
export function nearMissOf(repository: string, policy: TrustPolicy): NearMiss | undefined {
  const globs = policy.policies.flatMap(({ name, images }) => images.map((glob) => ({ policy: name, glob })));
  for (const differsIn of [portOf, registryOf, nameOf]) {
    for (const item of globs) {
      const difference = differsIn(item.glob, repository);
      if (difference !== undefined) return { ...item, ...difference };
    }
  }
  return undefined;
}

type Difference = Pick<NearMiss, 'part' | 'expected' | 'found'>;

const split = (text: string): readonly [host: string, path: string] => [
  text.slice(0, text.indexOf('/')),
  text.slice(text.indexOf('/') + 1),
];

const covers = (glob: string, repository: string): boolean => coversRepository({ images: [glob] }, repository);

/** The same path in the registry of the glob would be covered. */
function otherRegistry(glob: string, repository: string): { readonly expected: string; readonly found: string } | undefined {
  const [expected] = split(glob);
  const [found, path] = split(repository);
  return found !== expected && covers(glob, `${sampleHost(expected)}/${path}`) ? { expected, found } : undefined;
}

const withoutPort = (host: string): string => host.replace(/:(?:\d+|\*)$/, '');

function portOf(glob: string, repository: string): Difference | undefined {
  const hosts = otherRegistry(glob, repository);
  return hosts !== undefined && withoutPort(hosts.expected) === withoutPort(hosts.found) ? { part: 'port', ...hosts } : undefined;
}

/** A glob that names whose images it means, or a host that is nearly the same. */
function registryOf(glob: string, repository: string): Difference | undefined {
  const hosts = otherRegistry(glob, repository);
  if (hosts === undefined) return undefined;
  const [namespace = ''] = split(glob)[1].split('/');
  return !namespace.includes('*') || isTypo(hosts.expected, hosts.found) ? { part: 'registry', ...hosts } : undefined;
}

/** One name of the glob, written as in the image but for a letter or two. */
function nameOf(glob: string, repository: string): Difference | undefined {
  const [host, path] = split(glob);
  const [registry, name] = split(repository);
  if (host !== registry) return undefined;
  const parts = name.split('/');
  for (const expected of path.split('/').filter((segment) => !segment.includes('*'))) {
    for (const [index, found] of parts.entries()) {
      if (isTypo(expected, found) && covers(glob, [registry, ...parts.with(index, expected)].join('/')))
        return { part: 'name', expected, found };
    }
  }
  return undefined;
}

const isTypo = (a: string, b: string): boolean => a !== b && editDistance(b, a) <= Math.min(2, Math.floor(a.length / 3));
