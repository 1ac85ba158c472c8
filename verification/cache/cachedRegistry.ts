import { hash } from 'node:crypto';
import { digestOf } from '../reference/digest';
import { repositoryName } from '../reference/reference';
import { sharedProcessor } from '../processor';
import { parseManifest } from '../registry/manifest';
import { readInTurn } from '../registry/readInTurn';
import type { Descriptor, Digest, ImageReference, Manifest, ReferrersFound, RegistryClient, Repository } from '../registry/types';
import { success } from '../result';
import type { Result } from '../result';
import type { CacheFiles } from './cacheFiles';

/**
 * A registry client that takes manifests and blobs from a cache where they are named by digest. What can change is always asked for: what
 * a tag points to, and what refers to a digest.
 *
 * An entry belongs to one repository, since content of one repository says nothing about what another holds.
 */
export class CachedRegistry implements RegistryClient {
  readonly #registry: RegistryClient;
  readonly #files: CacheFiles;
  readonly #maxDescriptors: number;

  /** @param maxDescriptors the bound that the client itself sets to a manifest */
  constructor(registry: RegistryClient, files: CacheFiles, maxDescriptors: number) {
    this.#registry = registry;
    this.#files = files;
    this.#maxDescriptors = maxDescriptors;
  }

  async resolve(reference: ImageReference, signal: AbortSignal): Promise<Result<Manifest>> {
    const { repository, digest } = reference;
    if (digest === undefined) return this.#registry.resolve(reference, signal);
    return this.#cachedManifest(repository, digest, () => this.#registry.resolve(reference, signal));
  }

  async tagged(repository: Repository, tag: string, signal: AbortSignal): Promise<Result<Manifest | undefined>> {
    return this.#registry.tagged(repository, tag, signal);
  }

  async manifest(repository: Repository, digest: Digest, signal: AbortSignal): Promise<Result<Manifest>> {
    return this.#cachedManifest(repository, digest, () => this.#registry.manifest(repository, digest, signal));
  }

  async blob(repository: Repository, descriptor: Descriptor, maxBytes: number, signal: AbortSignal): Promise<Result<Uint8Array>> {
    const cached = await sharedProcessor.run({ milliseconds: 0 }, () => this.#read(repository, descriptor.digest));
    // Of another size than the descriptor says: for the client to refuse, in its words.
    if (cached?.length === descriptor.size && cached.length <= maxBytes) return success(cached);
    const fetched = await this.#registry.blob(repository, descriptor, maxBytes, signal);
    if (fetched.ok) this.#files.write('content', nameOf(repository, descriptor.digest), fetched.value);
    return fetched;
  }

  async referrers(repository: Repository, digest: Digest, signal: AbortSignal): Promise<ReferrersFound> {
    return this.#registry.referrers(repository, digest, signal);
  }

  async #cachedManifest(repository: Repository, digest: Digest, fetch: () => Promise<Result<Manifest>>): Promise<Result<Manifest>> {
    // In turn with other work: what is kept from earlier runs is no smaller than what a registry sends.
    const bytes = await sharedProcessor.run({ milliseconds: 0 }, () => this.#read(repository, digest));
    const parsed = bytes && (await readInTurn(bytes, () => parseManifest(bytes, this.#maxDescriptors, digest)));
    if (parsed?.ok === true) return success(parsed.value);
    const fetched = await fetch();
    if (fetched.ok) this.#files.write('content', nameOf(repository, digest), fetched.value.bytes);
    return fetched;
  }

  /** Bytes of the cache are no better than those of a registry: they are what they hash to. */
  #read(repository: Repository, digest: Digest): Uint8Array | undefined {
    const bytes = this.#files.read('content', nameOf(repository, digest));
    return bytes !== undefined && digestOf(bytes) === digest ? bytes : undefined;
  }
}

const nameOf = (repository: Repository, digest: Digest): string => hash('sha256', `${repositoryName(repository)}@${digest}`);
