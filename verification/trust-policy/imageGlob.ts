import { escapedCharacter } from '../../printing';
import { parseRepository } from '../reference/reference';
import { DOCKER_HUB, isHost, normalizeHost } from '../reference/host';
import { quoted } from './messageText';
import { hostPattern, sampleHost } from './regionalHost';

const SEGMENT = /^[a-z0-9._*-]+$/;

/**
 * Why a text is no image glob; undefined when it is one. What is accepted covers at least one reference: a glob in another spelling than that of
 * references would take its images out of the policy without a word.
 */
export function globProblem(glob: string): string | undefined {
  const got = `got ${quoted(glob)}`;
  if (/^[a-z]+:\/\//i.test(glob)) return `expected registry/repository without a scheme, ${got}`;
  if (glob.includes('@')) return `expected a glob over registry/repository, ${got} with a digest: leave "@..." out`;
  const [first = '', ...segments] = glob.split('/');
  if (segments.some((segment) => segment.includes(':')) || (segments.length === 0 && first.includes(':'))) {
    return `expected a glob over registry/repository, ${got} with a tag: leave ":..." out, a tag can be moved`;
  }
  if (segments.length === 0 && isHost(first)) return `expected registry/repository, ${got}, which is a registry only: write "${first}/**"`;
  return isHost(first)
    ? (hostProblem(first, segments, got) ?? pathProblem(glob, segments, got))
    : pathProblem(glob, [first, ...segments], got);
}

function hostProblem(host: string, path: readonly string[], got: string): string | undefined {
  const write = (better: string) => `write ${quoted([better, ...path].join('/'))}`;
  if (host.includes('*')) return starProblem(host, got, write);
  const normalized = normalizeHost(host);
  if (!normalized.ok) {
    const { reason, write: better } = normalized;
    return `expected a registry by name before the first "/", ${got}: ${better === undefined ? reason : write(better)}`;
  }
  if (normalized.value === host || normalized.value === DOCKER_HUB) return undefined;
  return `expected the registry as references are compared, in lower case and without the default port, ${got}: ${write(normalized.value)}`;
}

function starProblem(host: string, got: string, write: (better: string) => string): string | undefined {
  const expected = `expected a registry by name before the first "/", ${got}`;
  if (hostPattern(host) === undefined) {
    return (
      `${expected}: a star there could be a registry of somebody else; list the registries, ` +
      'or write a star for the port (host:*) or for the region (123456789012.dkr.ecr.*.amazonaws.com, *-docker.pkg.dev)'
    );
  }
  if (!host.endsWith(':*')) return undefined;
  const name = host.slice(0, -2);
  const normalized = normalizeHost(`${name}:5000`);
  if (normalized.ok) return normalized.value === `${name}:5000` ? undefined : `${expected}: ${write(`${name.toLowerCase()}:*`)}`;
  return `${expected}: ${normalized.write === undefined ? `${name} is not a registry host` : write(normalized.write.replace(/:5000$/, ':*'))}`;
}

function pathProblem(glob: string, segments: readonly string[], got: string): string | undefined {
  if (segments.some((segment) => /[A-Z]/.test(segment))) return `expected lower case, as repositories are, ${got}`;
  const foreign = /[^a-z0-9._/*-]/.exec(segments.join('/'))?.[0];
  if (foreign !== undefined)
    return `expected only letters, digits, ".", "_", "-", "/", "*" and "**", ${got} with ${JSON.stringify(/[ -~]/.test(foreign) ? foreign : escapedCharacter(foreign))}`;
  if (segments.some((segment) => !SEGMENT.test(segment))) return `expected no empty path segment, ${got}`;
  if (segments.some((segment) => segment === '.' || segment === '..' || (segment.includes('**') && segment !== '**'))) {
    return `expected names between slashes, and ** alone between them, ${got}`;
  }
  const [first = '', ...others] = segments;
  if (glob.split('/')[0] === first && first.includes('*') && (others.length > 0 || first.startsWith('*'))) {
    return `expected a registry by name before the first "/", ${got}: write a glob for each registry, such as "ghcr.io/acme/**"`;
  }
  const sample = parseRepository(sampleRepository(normalizeGlob(glob)));
  return sample.ok ? undefined : `expected a glob that covers a repository, ${got}, which covers none: ${sample.finding.reason}`;
}

/** A repository that a checked glob covers, if any. @param filler what stands for a star within a segment */
export function sampleRepository(glob: string, filler = 'x'): string {
  // There are no repositories of one name in Docker Hub.
  if (glob === `${DOCKER_HUB}/**`) return `${DOCKER_HUB}/library/model`;
  const [host = '', ...segments] = glob.split('/');
  return [sampleHost(host), ...segments.map((segment) => (segment === '**' ? 'model' : segment.replaceAll('*', filler)))].join('/');
}

/** Fills in what Docker fills in, by the rules of references, so that both are compared in one form. */
export function normalizeGlob(glob: string): string {
  const [first = '', ...rest] = glob.split('/');
  if (!isHost(first) || rest.length === 0) return inDockerHub([first, ...rest]);
  const host = normalizeHost(first);
  const registry = host.ok ? host.value : first;
  return registry === DOCKER_HUB ? inDockerHub(rest) : [registry, ...rest].join('/');
}

/** References say docker.io/library/nginx; a glob docker.io/nginx would cover nothing, silently. */
function inDockerHub(path: readonly string[]): string {
  const [only] = path;
  const official = path.length === 1 && only !== '**';
  return [DOCKER_HUB, ...(official ? ['library'] : []), ...path].join('/');
}
