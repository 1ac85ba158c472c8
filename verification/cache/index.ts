import type { VerificationResults } from '../checks/verifiedSignatures';
import { DEFAULT_REGISTRY_LIMITS } from '../registry/limits';
import { cacheSecretPlace, verificationCachePlace } from '../files/userDirectories';
import type { RegistryClient } from '../registry/types';
import { CachedRegistry } from './cachedRegistry';
import { CachedResults } from './cachedResults';
import { CacheFiles } from './cacheFiles';
import { loadCacheSecret } from './cacheSecret';
import { verifierVersion } from './verifierVersion';

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** Where and how much verification may remember between runs. */
export interface VerificationCacheOptions {
  /** Default: `$XDG_CACHE_HOME` or `~/.cache`, and there `pulumi-model-supply-chain/verification` (by the custom of each
   * system); without a home there is no cache. */
  readonly directory?: string;
  /** Holds the secret that authenticates results. Default: in `$XDG_STATE_HOME` or `~/.local/state`; never inside `directory`. */
  readonly secretFile?: string;
  /** Bound on the size of all entries in bytes (default 256 MiB); the oldest go first. */
  readonly maxBytes?: number;
}

/** The cache of a run. */
export interface VerificationCache {
  /** The same registry, with what is named by digest taken from the cache. */
  overRegistry(registry: RegistryClient, maxDescriptors?: number): RegistryClient;
  /** Verified signatures; absent when no secret could be had to tell ours from forged ones. */
  readonly results?: VerificationResults;
  /** Writes what was added since the last time, before it returns: whoever has got the last verdict may end the process. */
  flush(): void;
  /** Resolves when everything is written and nothing more is being evicted. */
  settled(): Promise<void>;
}

/**
 * Opens the cache; costs a few milliseconds and never fails: what cannot be read or written is not cached.
 *
 * Kept by digest: manifests and blobs, and the cryptographic result about one signature. Never kept: what a tag points to, what refers to
 * an image, and anything that a policy decides. docs/trust-model.md says whom this trusts.
 */
export function openVerificationCache(options: VerificationCacheOptions = {}): VerificationCache {
  const place = verificationCachePlace();
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  // What a caller names belongs to the caller from there on.
  const files =
    options.directory === undefined ? new CacheFiles(place?.path, maxBytes, place?.root) : new CacheFiles(options.directory, maxBytes);
  const secret = openSecret(options.secretFile);
  const version = verifierVersion();
  return {
    overRegistry: (registry, maxDescriptors = DEFAULT_REGISTRY_LIMITS.manifestDescriptors) =>
      new CachedRegistry(registry, files, maxDescriptors),
    ...(secret !== undefined && version !== undefined && { results: new CachedResults(files, secret, version) }),
    flush: () => files.flush(),
    settled: () => files.settled(),
  };
}

function openSecret(file: string | undefined): Buffer | undefined {
  if (file !== undefined) return loadCacheSecret(file);
  const place = cacheSecretPlace();
  return place && loadCacheSecret(place.path, place.root);
}
