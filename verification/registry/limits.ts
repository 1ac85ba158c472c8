const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/**
 * Bounds on everything a registry can make us do. Whoever can push to a repository decides how much there is to read (CVE-2023-46737:
 * endless signatures, CVE-2024-29903: huge manifests), so nothing is read without a bound.
 */
export interface RegistryLimits {
  /** Bytes of one manifest or index; the specification asks registries to accept at least 4 MiB. */
  readonly manifestBytes: number;
  /** Layers of one manifest, or children of one index. */
  readonly manifestDescriptors: number;
  /** Bytes of one page of the referrers API. */
  readonly referrersPageBytes: number;
  readonly referrersPages: number;
  /** Bytes of all pages about one digest together. */
  readonly referrersBytes: number;
  /** Referrers of one digest, all pages together. */
  readonly referrers: number;
  /** Bytes of the answer of a token endpoint. */
  readonly tokenBytes: number;
  readonly redirects: number;
  /** How often a request is tried again after 429, 5xx or a lost connection. */
  readonly retries: number;
  /** Milliseconds before the first retry, doubled before each further one; `Retry-After` overrides it. */
  readonly retryDelayMs: number;
  /** Bytes of manifests and blobs kept in memory for callers that ask again. */
  readonly cacheBytes: number;
}

export const DEFAULT_REGISTRY_LIMITS: RegistryLimits = {
  manifestBytes: 4 * MEBIBYTE,
  manifestDescriptors: 2_000,
  referrersPageBytes: 4 * MEBIBYTE,
  referrersPages: 100,
  referrersBytes: 8 * MEBIBYTE,
  referrers: 1_000,
  tokenBytes: 64 * KIBIBYTE,
  redirects: 5,
  retries: 2,
  retryDelayMs: 200,
  cacheBytes: 64 * MEBIBYTE,
};

/**
 * Requests in flight to one host at a time: enough to hide the distance, below what public registries throttle. Measured at 20 ms distance:
 * with 16 the run waits for the network, with 32 for our own processor, more gain nothing (docs/performance.md).
 */
export const DEFAULT_CONCURRENCY = 32;

/** One request with its redirects, retries and body, queueing excluded. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;

/** What is read of the body of a refusal, for messages; the rest is dropped unread. */
export const ERROR_BODY_BYTES = 4 * KIBIBYTE;

/** JSON values in a manifest, or in a page of referrers; 2,000 descriptors with some annotations each have 40,000. */
export const MAX_MANIFEST_VALUES = 200_000;

/** Different names in one of them, keys of annotations included: honest ones have some dozen. */
export const MAX_MANIFEST_NAMES = 10_000;

/** Both, for findings. */
export const MANIFEST_JSON_LIMIT = `${MAX_MANIFEST_VALUES} JSON values, ${MAX_MANIFEST_NAMES} different names`;

/** Writes a number of bytes for people: `4 MiB`, `1000 bytes`. */
export function formatBytes(bytes: number): string {
  if (bytes >= MEBIBYTE && bytes % MEBIBYTE === 0) return `${bytes / MEBIBYTE} MiB`;
  if (bytes >= KIBIBYTE && bytes % KIBIBYTE === 0) return `${bytes / KIBIBYTE} KiB`;
  return `${bytes} bytes`;
}
