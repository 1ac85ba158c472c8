import { digestOf } from '../../../verification/reference/digest';
import type { Answer, Exchange } from './exchange';
import { json, registryError } from './exchange';
import { INDEX_MEDIA_TYPE } from './mediaTypes';
import type { RegistryStore } from './store';
import { readManifest } from './store';
import type { BlobUploads } from './uploads';

export interface RouteOptions {
  readonly store: RegistryStore;
  readonly uploads: BlobUploads;
  /** Serve the referrers API; without it clients have to use the fallback tag. */
  readonly referrers: boolean;
  /** Descriptors per page of the referrers API. */
  readonly referrersPageSize: number;
}

const PUSH_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The repository that a path speaks about; undefined for `/v2/` and for unknown paths. */
export function repositoryOf(pathname: string): string | undefined {
  return /^\/v2\/(.+?)\/(?:manifests|blobs|tags|referrers)\//.exec(pathname)?.[1];
}

/** Answers one request as the distribution specification says. */
export function route(exchange: Exchange, options: RouteOptions): Answer {
  const { pathname } = exchange.url;
  const repository = repositoryOf(pathname);
  if (repository === undefined) return pathname === '/v2/' || pathname === '/v2' ? json(200, {}) : registryError(404, 'NAME_UNKNOWN');
  const [kind = '', ...rest] = pathname.slice(`/v2/${repository}/`.length).split('/');
  if (options.store.find(repository) === undefined && !PUSH_METHODS.has(exchange.method)) return registryError(404, 'NAME_UNKNOWN');
  if (kind === 'manifests') return manifest(exchange, repository, decodeURIComponent(rest.join('/')), options);
  if (kind === 'blobs' && rest[0] === 'uploads') return upload(exchange, repository, rest[1] ?? '', options);
  if (kind === 'blobs') return blob(repository, rest.join('/'), options);
  if (kind === 'tags') return json(200, { name: repository, tags: [...options.store.repository(repository).tags.keys()] });
  return options.referrers ? referrers(exchange, repository, rest.join('/'), options) : registryError(404, 'NOT_FOUND');
}

function manifest(exchange: Exchange, repository: string, reference: string, options: RouteOptions): Answer {
  const content = options.store.repository(repository);
  if (exchange.method === 'PUT') return putManifest(exchange, repository, reference, options);
  const found = content.findManifest(reference);
  if (found === undefined) return registryError(404, 'MANIFEST_UNKNOWN');
  if (exchange.method === 'DELETE') {
    if (!content.tags.delete(reference)) content.manifests.delete(found.digest);
    return { status: 202 };
  }
  const headers = { 'content-type': found.manifest.mediaType, 'docker-content-digest': found.digest };
  return { status: 200, headers, body: found.manifest.bytes };
}

function putManifest(exchange: Exchange, repository: string, reference: string, options: RouteOptions): Answer {
  const isDigest = reference.includes(':');
  if (isDigest && digestOf(exchange.body) !== reference) return registryError(400, 'DIGEST_INVALID');
  const mediaType = exchange.headers['content-type'] ?? INDEX_MEDIA_TYPE;
  const digest = options.store.repository(repository).addManifest(exchange.body, mediaType, isDigest ? undefined : reference);
  const subject = readManifest(exchange.body).subject?.digest;
  // This header is how clients learn that they need not maintain the fallback tag.
  const announced = options.referrers && subject !== undefined ? { 'oci-subject': subject } : {};
  return { status: 201, headers: { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest, ...announced } };
}

function upload(exchange: Exchange, repository: string, session: string, options: RouteOptions): Answer {
  return session === '' ? options.uploads.start(repository, exchange) : options.uploads.advance(repository, session, exchange);
}

function blob(repository: string, digest: string, options: RouteOptions): Answer {
  const bytes = options.store.repository(repository).blobs.get(digest);
  if (bytes === undefined) return registryError(404, 'BLOB_UNKNOWN');
  return { status: 200, headers: { 'content-type': 'application/octet-stream', 'docker-content-digest': digest }, body: bytes };
}

function referrers(exchange: Exchange, repository: string, digest: string, options: RouteOptions): Answer {
  const artifactType = exchange.url.searchParams.get('artifactType');
  const listed = options.store
    .repository(repository)
    .referrersOf(digest)
    .filter((descriptor) => artifactType === null || descriptor.artifactType === artifactType);
  const from = Number(exchange.url.searchParams.get('from') ?? '0');
  const until = from + options.referrersPageSize;
  const headers: Record<string, string> = { 'content-type': INDEX_MEDIA_TYPE };
  if (artifactType !== null) headers['oci-filters-applied'] = 'artifactType';
  if (until < listed.length) headers['link'] = `</v2/${repository}/referrers/${digest}?from=${until}>; rel="next"`;
  return json(200, { schemaVersion: 2, mediaType: INDEX_MEDIA_TYPE, manifests: listed.slice(from, until) }, headers);
}
