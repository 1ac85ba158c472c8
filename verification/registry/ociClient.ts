import type { RegistryFinding } from '../finding';
import type { Result } from '../result';
import { failure, success } from '../result';
import { Authentication } from './authentication';
import { ContentCache } from './contentCache';
import type { CredentialSource } from './credentials';
import { digestOf, parseDigest } from '../reference/digest';
import { machineCredentials } from './dockerConfig';
import type { HttpAnswer } from './httpAnswer';
import { describeAnswer, mediaTypeOf } from './httpAnswer';
import { openPools } from './httpExchange';
import type { ConnectionPools } from './httpExchange';
import type { RegistryLimits } from './limits';
import { DEFAULT_CONCURRENCY, DEFAULT_REGISTRY_LIMITS, DEFAULT_REQUEST_TIMEOUT_MS, MANIFEST_JSON_LIMIT, formatBytes } from './limits';
import { applyProxy } from './networkEnvironment';
import { isIndex, parseManifest } from './manifest';
import { ACCEPTED_MANIFESTS, MANIFEST_MEDIA_TYPES } from './mediaTypes';
import { formatReference, repositoryName } from '../reference/reference';
import { readInTurn } from './readInTurn';
import { joinReferrers } from './joinReferrers';
import type { Listed } from './joinReferrers';
import { ReferrersApi, fallbackTag, tooManyReferrers, withoutRepeats } from './referrers';
import { TOKEN_REALMS_VARIABLE, readTokenRealms } from './tokenRealmSettings';
import type { TokenRealms } from './tokenRealmSettings';
import type { ResolveName } from './addressGuard';
import { SharedRequests } from './sharedRequests';
import { Transport } from './transport';
import type { Descriptor, Digest, ImageReference, Manifest, ReferrersFound, RegistryClient, Repository } from './types';

export interface RegistryClientOptions {
  /** Default: what docker and podman are configured with on this machine, credential helpers included. */
  readonly credentials?: CredentialSource;
  /** Overrides single bounds. */
  readonly limits?: Partial<RegistryLimits>;
  /** Requests in flight to one host at a time (default 32). */
  readonly concurrency?: number;
  /** Bound on one request with its redirects, retries and body, in milliseconds, queueing excluded (default 10,000). */
  readonly requestTimeoutMs?: number;
  /**
   * Token services on other hosts that may have the credentials of a registry, by the registry's host: `{'registry.corp': ['auth.corp']}`.
   * Adds to `MODEL_GATE_TOKEN_REALMS`. Default: none; their tokens are then asked for without credentials.
   */
  readonly tokenRealms?: TokenRealms;
  /** How names become addresses; for tests (default `dns.lookup`). Names of registries themselves are not looked up by it. */
  readonly resolve?: ResolveName;
  /** Milliseconds since the epoch; for the expiry of tokens (default `Date.now`). */
  readonly now?: () => number;
}

/**
 * A read-only client of OCI registries, to be made once per preview or command and shared: it keeps connections, tokens, and what it read.
 * A tag is resolved once in the life of the client, so that everything that one run says about a tag is about the same image.
 *
 * Findings: `image-not-found`, `registry-unauthorized`, `registry-unreachable`, `registry-timeout`, `registry-response-invalid`,
 * `registry-redirect-refused`, `digest-mismatch`, `limit-exceeded`.
 *
 * @example
 * const client = createRegistryClient();
 * const manifest = await client.resolve(reference, AbortSignal.timeout(30_000));
 */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  return new OciClient(options, openPools(applyProxy(), options.resolve));
}

/** Of a manifest that is kept for its tag until the end of the run. */
const MAX_TAGGED_BYTES = 256 * 1024;

const NOT_FOUND = 404;
const OK = 200;

class OciClient implements RegistryClient {
  readonly #limits: RegistryLimits;
  readonly #now: () => number;
  readonly #authentication: Authentication;
  readonly #referrersApi: ReferrersApi;
  readonly #sharedManifests = new SharedRequests<Result<Manifest | undefined, RegistryFinding>>();
  readonly #sharedBlobs = new SharedRequests<Result<Uint8Array, RegistryFinding>>();
  /** Of large manifests the digest only: one image may have dozens of tags with evidence, of 4 MiB each. */
  readonly #tags = new Map<string, Manifest | Digest>();
  readonly #manifests: ContentCache<Manifest>;
  readonly #blobs: ContentCache<Uint8Array>;

  constructor(options: RegistryClientOptions, pools: ConnectionPools) {
    this.#limits = { ...DEFAULT_REGISTRY_LIMITS, ...options.limits };
    this.#now = options.now ?? Date.now;
    const transportOptions = {
      pools,
      limits: this.#limits,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      timeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
      now: this.#now,
    };
    this.#authentication = new Authentication({
      transport: new Transport(transportOptions),
      tokenTransport: new Transport(transportOptions),
      credentials: options.credentials ?? machineCredentials(),
      tokenRealms: readTokenRealms(options.tokenRealms, process.env[TOKEN_REALMS_VARIABLE]),
      tokenBytes: this.#limits.tokenBytes,
      now: this.#now,
    });
    this.#referrersApi = new ReferrersApi(this.#authentication, this.#limits);
    this.#manifests = new ContentCache(this.#limits.cacheBytes / 2);
    this.#blobs = new ContentCache(this.#limits.cacheBytes / 2);
  }

  async resolve(reference: ImageReference, signal: AbortSignal): Promise<Result<Manifest, RegistryFinding>> {
    const { repository, tag, digest } = reference;
    // With both, the digest decides and the tag is decoration, as for every runtime.
    const found =
      digest === undefined ? await this.tagged(repository, tag ?? 'latest', signal) : await this.#byDigest(repository, digest, signal);
    if (!found.ok) return found;
    if (found.value !== undefined) return success(found.value);
    return failure({ code: 'image-not-found', reference: reference.original, registry: repository.registry });
  }

  async tagged(repository: Repository, tag: string, signal: AbortSignal): Promise<Result<Manifest | undefined, RegistryFinding>> {
    const key = `${repositoryName(repository)}:${tag}`;
    const known = this.#tags.get(key);
    if (typeof known === 'string') return await this.manifest(repository, known, signal);
    if (known !== undefined) return success(known);
    const operation = `read manifest ${repository.path}:${tag}`;
    const read = async (shared: AbortSignal): Promise<Result<Manifest | undefined, RegistryFinding>> => {
      const found = await this.#readManifest(repository, tag, operation, shared);
      if (found.ok && found.value !== undefined) {
        this.#tags.set(key, found.value.bytes.length > MAX_TAGGED_BYTES ? found.value.digest : found.value);
        this.#keep(repository, found.value);
      }
      return found;
    };
    return await this.#sharedManifests.run(key, signal, read, this.#abandoned(repository, operation));
  }

  async manifest(repository: Repository, digest: Digest, signal: AbortSignal): Promise<Result<Manifest, RegistryFinding>> {
    const found = await this.#byDigest(repository, digest, signal);
    if (!found.ok) return found;
    if (found.value !== undefined) return success(found.value);
    return failure({ code: 'image-not-found', reference: formatReference({ repository, digest }), registry: repository.registry });
  }

  async blob(
    repository: Repository,
    descriptor: Descriptor,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Result<Uint8Array, RegistryFinding>> {
    const { digest, size } = descriptor;
    if (size > maxBytes) {
      const found = `${size} bytes by its descriptor`;
      return failure({ code: 'limit-exceeded', what: `blob ${digest}`, limit: formatBytes(maxBytes), found });
    }
    // The size belongs to the key: what one descriptor says truly, another may lie about.
    const key = `${repositoryName(repository)}@${digest}+${size}`;
    const known = this.#blobs.get(key);
    if (known !== undefined) return success(known);
    const operation = `read blob ${digest}`;
    const read = async (shared: AbortSignal): Promise<Result<Uint8Array, RegistryFinding>> => {
      const bytes = await this.#readBlob(repository, descriptor, operation, shared);
      if (bytes.ok) this.#blobs.set(key, bytes.value, bytes.value.length);
      return bytes;
    };
    return await this.#sharedBlobs.run(key, signal, read, this.#abandoned(repository, operation));
  }

  async referrers(repository: Repository, digest: Digest, signal: AbortSignal): Promise<ReferrersFound> {
    const [api, tag] = await Promise.all([
      this.#referrersApi.list(repository, digest, signal),
      this.#fallbackReferrers(repository, digest, signal),
    ]);
    return joinReferrers(api, tag);
  }

  async #fallbackReferrers(repository: Repository, digest: Digest, signal: AbortSignal): Promise<Result<Listed, RegistryFinding>> {
    const tag = fallbackTag(digest);
    const list = await this.tagged(repository, tag, signal);
    if (!list.ok) return list;
    if (list.value === undefined) return success({ descriptors: [], bytes: 0 });
    const { mediaType, manifests, bytes } = list.value;
    if (!isIndex(list.value)) {
      const operation = `list referrers of ${digest}`;
      const expected = `an image index at the tag ${tag}`;
      const { registry } = repository;
      const stored = list.value.digest;
      return failure({ code: 'registry-response-invalid', registry, operation, expected, found: mediaType, stored });
    }
    if (manifests.length > this.#limits.referrers) return failure(tooManyReferrers(digest, this.#limits, `${manifests.length}`));
    return success({ descriptors: withoutRepeats(manifests), bytes: bytes.length });
  }

  async #byDigest(repository: Repository, digest: Digest, signal: AbortSignal): Promise<Result<Manifest | undefined, RegistryFinding>> {
    const key = manifestKey(repository, digest);
    const known = this.#manifests.get(key);
    if (known !== undefined) return success(known);
    const operation = `read manifest ${repository.path}@${digest}`;
    const read = async (shared: AbortSignal): Promise<Result<Manifest | undefined, RegistryFinding>> => {
      const found = await this.#readManifest(repository, digest, operation, shared, digest);
      if (found.ok && found.value !== undefined) this.#keep(repository, found.value);
      return found;
    };
    return await this.#sharedManifests.run(key, signal, read, this.#abandoned(repository, operation));
  }

  /** `undefined` when the registry says that there is none. */
  async #readManifest(
    repository: Repository,
    reference: string,
    operation: string,
    signal: AbortSignal,
    expected?: Digest,
  ): Promise<Result<Manifest | undefined, RegistryFinding>> {
    const { registry } = repository;
    const path = `manifests/${expected ?? encodeURIComponent(reference)}`;
    const answer = await this.#get(repository, path, operation, ACCEPTED_MANIFESTS, this.#limits.manifestBytes, signal);
    if (!answer.ok) return answer;
    const { body } = answer.value;
    const refuse = (found: string, stored?: Digest) => {
      const expected = 'an image manifest or index';
      return failure({ code: 'registry-response-invalid', registry, operation, expected, found, ...(stored && { stored }) } as const);
    };
    // A page for people is the answer of something that is no registry, and says nothing about the image.
    if (mediaTypeOf(answer.value) === 'text/html') return refuse(describeAnswer(answer.value));
    if (answer.value.status === NOT_FOUND) return success(undefined);
    if (answer.value.status !== OK) return refuse(describeAnswer(answer.value));
    // Docker-Content-Digest is the word of the registry; the bytes speak for themselves. Where the two differ, somebody changed one.
    const found = await readInTurn(body, () => digestOf(body));
    const wanted = expected ?? announcedDigest(answer.value) ?? found;
    if (found !== wanted) return failure({ code: 'digest-mismatch', what: operation, expected: wanted, found });
    const parsed = await readInTurn(body, () => parseManifest(body, this.#limits.manifestDescriptors, found));
    if (parsed.ok) return success(parsed.value);
    if (parsed.fault.kind === 'invalid') {
      // A proxy or a page answers as something else; what the registry calls a manifest, somebody pushed as one.
      const isStored = MANIFEST_MEDIA_TYPES.has(mediaTypeOf(answer.value));
      return refuse(`${parsed.fault.problem} (${describeAnswer(answer.value)})`, isStored ? found : undefined);
    }
    if (parsed.fault.kind === 'excess') {
      return failure({
        code: 'limit-exceeded',
        what: `JSON of manifest ${found}`,
        limit: MANIFEST_JSON_LIMIT,
        found: parsed.fault.problem,
      });
    }
    const what = `${parsed.fault.where} of manifest ${found}`;
    return failure({ code: 'limit-exceeded', what, limit: `${this.#limits.manifestDescriptors}`, found: `${parsed.fault.count}` });
  }

  async #readBlob(
    repository: Repository,
    { digest, size }: Descriptor,
    operation: string,
    signal: AbortSignal,
  ): Promise<Result<Uint8Array, RegistryFinding>> {
    const { registry } = repository;
    const answer = await this.#get(repository, `blobs/${digest}`, operation, '*/*', size, signal);
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    const refuse = (expected: string, found: string) => {
      return failure({ code: 'registry-response-invalid', registry, operation, expected, found } as const);
    };
    if (status !== OK) return refuse('the blob', describeAnswer(answer.value));
    const found = await readInTurn(body, () => digestOf(body));
    if (found !== digest) return failure({ code: 'digest-mismatch', what: operation, expected: digest, found });
    if (body.length !== size) return refuse(`${size} bytes, as its descriptor says`, `${body.length} bytes`);
    return success(body);
  }

  async #get(
    repository: Repository,
    path: string,
    operation: string,
    accept: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Result<HttpAnswer, RegistryFinding>> {
    return await this.#authentication.get({ repository, path, operation, accept, maxBytes, signal });
  }

  #keep(repository: Repository, manifest: Manifest): void {
    this.#manifests.set(manifestKey(repository, manifest.digest), manifest, manifest.bytes.length);
  }

  #abandoned({ registry }: Repository, operation: string): () => Result<never, RegistryFinding> {
    const started = this.#now();
    return () => failure({ code: 'registry-timeout', registry, operation, seconds: Math.round((this.#now() - started) / 100) / 10 });
  }
}

/** What the registry says that a tag points to; never taken for the digest, only held against it. */
function announcedDigest(answer: HttpAnswer): Digest | undefined {
  const announced = parseDigest(answer.headers.get('docker-content-digest') ?? '');
  return announced.ok ? announced.value : undefined;
}

/** By repository too: that another repository holds the content does not mean that this one does. */
function manifestKey(repository: Repository, digest: Digest): string {
  return `${repositoryName(repository)}@${digest}`;
}
