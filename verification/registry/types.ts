import type { Finding, RegistryFinding } from '../finding';
import type { Digest, ImageReference, Repository } from '../reference/types';
import type { Result } from '../result';

export type { Digest, ImageReference, Repository };

/** An OCI content descriptor, checked: digest and size are what we will hold the bytes against. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  /** `linux/arm64/v8`, of a child of an index. */
  readonly platform?: string;
  /** Unsigned: hints only, never evidence. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A manifest or index whose bytes hash to `digest`. */
export interface Manifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Children, when it is an index. */
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * What refers to a digest: the referrers API (all pages) and the fallback tag `sha256-<hex>`, joined by digest. Both are read always: clients
 * write the tag where they did not see the API, and a list that is chosen by its content is chosen by whoever may add to it.
 */
export type ReferrersFound =
  | {
      readonly ok: true;
      /** Empty: listed, and none. */
      readonly value: readonly Descriptor[];
      /** Those of the tag alone, into which whoever may push writes what he likes. */
      readonly byTagAlone?: ReadonlySet<Digest>;
      /** Why the tag is no list of referrers, where the API has one. */
      readonly unreadable?: RegistryFinding;
      /** Bytes of both lists, as far as they were read. */
      readonly bytes?: number;
    }
  | {
      readonly ok: false;
      readonly finding: Finding;
      /** What was listed nevertheless. */
      readonly value?: readonly Descriptor[];
      readonly byTagAlone?: ReadonlySet<Digest>;
      readonly bytes?: number;
    };

/** Read-only access to OCI registries; every byte that comes back was checked against the digest it was asked for by. */
export interface RegistryClient {
  /** The manifest behind a tag or digest; `image-not-found` when the registry has none. */
  resolve(reference: ImageReference, signal: AbortSignal): Promise<Result<Manifest>>;
  /** The manifest behind a tag, `undefined` when the registry says there is no such tag. */
  tagged(repository: Repository, tag: string, signal: AbortSignal): Promise<Result<Manifest | undefined>>;
  /** A manifest by digest. */
  manifest(repository: Repository, digest: Digest, signal: AbortSignal): Promise<Result<Manifest>>;
  /** A blob by descriptor; refuses before the first byte when the descriptor is larger than `maxBytes`. */
  blob(repository: Repository, descriptor: Descriptor, maxBytes: number, signal: AbortSignal): Promise<Result<Uint8Array>>;
  /** What refers to a digest. */
  referrers(repository: Repository, digest: Digest, signal: AbortSignal): Promise<ReferrersFound>;
}
