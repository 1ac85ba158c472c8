import { shownReference } from '../../printing';
import type { ReferenceFinding } from '../finding';
import type { Result } from '../result';
import { failure, success } from '../result';
import { parseDigest } from './digest';
import { DOCKER_HUB, isHost, normalizeHost } from './host';
import type { Digest, ImageReference, Repository } from './types';

/** Grammar: https://pkg.go.dev/github.com/distribution/reference#pkg-overview */
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

const MAX_PATH_LENGTH = 255;
/** Host, path, tag and digest at their longest; above it nothing is parsed. */
const MAX_REFERENCE_LENGTH = 1024;

const DOCKER_HUB_OFFICIAL = 'library';
const DEFAULT_TAG = 'latest';

/** Carries the reason out of the small parsers below; never leaves this file. */
type Part<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/**
 * Reads an image reference by the rules of docker: `docker.io` and `library/` are filled in, `latest` when there is neither tag nor digest.
 * The host is written in lower case and without the default port, so that `GHCR.io:443/x` cannot slip past a policy for `ghcr.io/**`.
 *
 * @param text the reference as the user wrote it
 * @returns the reference, or `reference-malformed`
 * @example parseReference('nginx@sha256:…') // repository docker.io/library/nginx, that digest, no tag
 */
export function parseReference(text: string): Result<ImageReference, ReferenceFinding> {
  const refuse = (reason: string) => failure({ code: 'reference-malformed', reference: shorten(text), reason } as const);

  const obvious = findObviousFault(text);
  if (obvious !== undefined) return refuse(obvious);

  const [beforeDigest = '', digestText, ...more] = text.split('@');
  if (more.length > 0) return refuse('more than one @');
  const digest = digestText === undefined ? undefined : parseDigest(digestText);
  if (digest?.ok === false) return refuse(digest.reason);

  const [name, tag] = splitTag(beforeDigest);
  if (tag !== undefined && !TAG.test(tag)) {
    return refuse('a tag has 1 to 128 letters, digits, dots, underscores and dashes, and starts with neither dot nor dash');
  }
  const repository = readRepository(name);
  if (!repository.ok) return refuse(repository.reason);
  return success(assemble(text, repository.value, tag, digest?.value));
}

/**
 * Reads the name of a repository, without tag and digest: `ghcr.io/acme/signatures`.
 *
 * @returns the repository, or `reference-malformed`
 */
export function parseRepository(text: string): Result<Repository, ReferenceFinding> {
  const obvious = findObviousFault(text);
  const repository = obvious === undefined ? readRepository(text) : { ok: false as const, reason: obvious };
  return repository.ok ? repository : failure({ code: 'reference-malformed', reference: shorten(text), reason: repository.reason });
}

/** Writes a reference in full: registry, path, tag and digest. Parses back to the same reference. */
export function formatReference(reference: Pick<ImageReference, 'repository' | 'tag' | 'digest'>): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${repositoryName(reference.repository)}${tag}${digest}`;
}

/** `registry/path`: what the globs of a TrustPolicy are matched against. */
export function repositoryName(repository: Repository): string {
  return `${repository.registry}/${repository.path}`;
}

function assemble(original: string, repository: Repository, tag: string | undefined, digest: Digest | undefined): ImageReference {
  if (digest !== undefined) return tag === undefined ? { original, repository, digest } : { original, repository, tag, digest };
  return { original, repository, tag: tag ?? DEFAULT_TAG };
}

function findObviousFault(text: string): string | undefined {
  if (text === '') return 'empty';
  if (text.length > MAX_REFERENCE_LENGTH) return `longer than ${MAX_REFERENCE_LENGTH} characters`;
  if (/\s/.test(text)) return 'contains white space';
  const scheme = /^([a-z][a-z0-9+.-]*:\/\/)/i.exec(text)?.[1];
  if (scheme !== undefined) return `an image reference has no scheme, remove ${scheme}`;
  // eslint-disable-next-line no-control-regex -- the range is what ASCII is
  if (!/^[\x00-\x7f]*$/.test(text)) return 'contains characters outside ASCII, which may look like others';
  return undefined;
}

/** The tag starts at the last colon behind the last slash; an earlier colon is a port. */
function splitTag(text: string): readonly [name: string, tag: string | undefined] {
  const colon = text.lastIndexOf(':');
  return colon > text.lastIndexOf('/') && !text.endsWith(']') ? [text.slice(0, colon), text.slice(colon + 1)] : [text, undefined];
}

function readRepository(name: string): Part<Repository> {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasHost = isHost(first);
  const registry = hasHost ? normalizeHost(first) : ({ ok: true, value: DOCKER_HUB } as const);
  if (!registry.ok) return registry;
  const path = hasHost ? name.slice(slash + 1) : name;
  const problem = findPathFault(path);
  if (problem !== undefined) return { ok: false, reason: problem };
  const official = registry.value === DOCKER_HUB && !path.includes('/');
  return { ok: true, value: { registry: registry.value, path: official ? `${DOCKER_HUB_OFFICIAL}/${path}` : path } };
}

function findPathFault(path: string): string | undefined {
  if (path === '') return 'no repository after the registry host';
  if (path.length > MAX_PATH_LENGTH) return `the repository is longer than ${MAX_PATH_LENGTH} characters`;
  if (/[A-Z]/.test(path)) return 'repository names are lower-case';
  if (/^[0-9a-f]{64}$/.test(path)) return '64 hexadecimal digits are an image id, not a repository';
  const bad = path.split('/').find((component) => !PATH_COMPONENT.test(component));
  if (bad === undefined) return undefined;
  if (bad === '') return 'an empty component in the repository (two slashes, or one at an end)';
  return `${shorten(bad)} is not a repository component: lower-case letters and digits, separated by one dot, one or two underscores, or dashes`;
}

/** Credentials do not belong in a reference, and people paste them: what is refused is shown without them. */
function shorten(text: string): string {
  return shownReference(text, text.length > MAX_REFERENCE_LENGTH ? 100 : MAX_REFERENCE_LENGTH);
}
