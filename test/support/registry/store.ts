import { digestOf } from '../../../verification/reference/digest';
import type { Digest } from '../../../verification/registry/types';

export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Everything one repository holds, in memory. */
export class RepositoryContent {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, Digest>();

  addBlob(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, Buffer.from(bytes));
    return digest;
  }

  addManifest(bytes: Buffer, mediaType: string, tag?: string): Digest {
    const digest = digestOf(bytes);
    this.manifests.set(digest, { mediaType, bytes });
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  /** By tag or digest. */
  findManifest(reference: string): { readonly digest: string; readonly manifest: StoredManifest } | undefined {
    const digest = reference.includes(':') ? reference : this.tags.get(reference);
    const manifest = digest === undefined ? undefined : this.manifests.get(digest);
    return digest === undefined || manifest === undefined ? undefined : { digest, manifest };
  }

  /** Descriptors of the manifests whose `subject` is the digest, as the referrers API lists them. */
  referrersOf(subject: string): readonly ReferrerDescriptor[] {
    return [...this.manifests].flatMap(([digest, stored]) => {
      const content = readManifest(stored.bytes);
      return content.subject?.digest === subject ? [describeReferrer(digest, stored, content)] : [];
    });
  }
}

/** The fields of a manifest that a registry has to look at. */
export interface ManifestContent {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: { readonly mediaType: string };
  readonly subject?: { readonly digest: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ReferrerDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const manifestsRead = new WeakMap<Buffer, ManifestContent>();

/** Once: a list of referrers looks at every manifest of its repository, and tests push large ones. */
export function readManifest(bytes: Buffer): ManifestContent {
  const known = manifestsRead.get(bytes);
  if (known !== undefined) return known;
  const { mediaType, artifactType, config, subject, annotations } = JSON.parse(bytes.toString('utf8')) as ManifestContent;
  const content = {
    ...(mediaType !== undefined && { mediaType }),
    ...(artifactType !== undefined && { artifactType }),
    ...(config && { config }),
    ...(subject && { subject }),
    ...(annotations && { annotations }),
  };
  manifestsRead.set(bytes, content);
  return content;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers */
export function describeReferrer(digest: string, stored: StoredManifest, content: ManifestContent): ReferrerDescriptor {
  const artifactType = content.artifactType ?? content.config?.mediaType;
  return {
    mediaType: stored.mediaType,
    digest,
    size: stored.bytes.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(content.annotations === undefined ? {} : { annotations: content.annotations }),
  };
}

/** All repositories of one registry. */
export class RegistryStore {
  readonly #repositories = new Map<string, RepositoryContent>();

  /** The repository, created when it is missing: pushing creates repositories. */
  repository(path: string): RepositoryContent {
    const known = this.#repositories.get(path);
    if (known !== undefined) return known;
    const created = new RepositoryContent();
    this.#repositories.set(path, created);
    return created;
  }

  find(path: string): RepositoryContent | undefined {
    return this.#repositories.get(path);
  }
}
