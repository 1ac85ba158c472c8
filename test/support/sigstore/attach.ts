import type { BundleJson } from './bundles';
import type { LegacySignatureLayer } from './legacySignatures';
import {
  BUNDLE_CONTENT_ANNOTATION,
  BUNDLE_MEDIA_TYPES,
  BUNDLE_PREDICATE_TYPE_ANNOTATION,
  COSIGN_SIGN_PREDICATE_TYPE,
  OCI_CONFIG_MEDIA_TYPE,
  OCI_CREATED_ANNOTATION,
  OCI_EMPTY_MEDIA_TYPE,
  OCI_INDEX_MEDIA_TYPE,
  OCI_MANIFEST_MEDIA_TYPE,
  SIMPLE_SIGNING_MEDIA_TYPE,
} from './wireFormats';

/** The little of a registry that attaching needs. Manifests are stored as `JSON.stringify` renders them. */
export interface RegistryWriter {
  /** Returns the digest. */
  putBlob(repository: string, bytes: Uint8Array): string | Promise<string>;
  /** Stores under the tag, or by digest alone when there is none; returns the digest. */
  putManifest(repository: string, tag: string | undefined, manifest: object): string | Promise<string>;
}

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The signed image. Size and media type go into `subject`, which a strict registry checks. */
export interface Subject {
  readonly digest: string;
  /** @default 2 */
  readonly size?: number;
  /** @default OCI image manifest */
  readonly mediaType?: string;
}

export interface AttachOptions {
  readonly repository: string;
  readonly subject: Subject;
}

export interface AttachBundleOptions extends AttachOptions {
  readonly bundle: BundleJson | Buffer;
  /** Value of the unsigned annotation, which may lie. @default what `cosign sign` writes */
  readonly predicateType?: string;
  /** Also write the index `sha256-<hex>` for registries without the referrers API. @default false */
  readonly fallbackTag?: boolean;
  /** Descriptors that the fallback index already holds. */
  readonly siblings?: readonly Descriptor[];
}

export async function storeBlob(
  registry: RegistryWriter,
  repository: string,
  mediaType: string,
  content: Uint8Array | object,
): Promise<Pick<Descriptor, 'mediaType' | 'digest' | 'size'>> {
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
  return { mediaType, digest: await registry.putBlob(repository, bytes), size: bytes.length };
}

/** `sha256:<hex>` as a tag: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema */
export function referrersTag(digest: string): string {
  return digest.replace(':', '-');
}

/**
 * Attaches a bundle as cosign 3 does: an artifact manifest whose `subject` is the image and whose one layer is the bundle.
 *
 * @returns the descriptor of the artifact manifest, as a referrers index lists it
 */
export async function attachBundle(registry: RegistryWriter, options: AttachBundleOptions): Promise<Descriptor> {
  const { repository, subject, bundle } = options;
  const artifactType = BUNDLE_MEDIA_TYPES['0.3'];
  const config = await storeBlob(registry, repository, OCI_EMPTY_MEDIA_TYPE, {});
  const layer = await storeBlob(registry, repository, artifactType, bundle);
  const annotations = {
    [OCI_CREATED_ANNOTATION]: new Date().toISOString(),
    [BUNDLE_CONTENT_ANNOTATION]: 'dsse-envelope',
    [BUNDLE_PREDICATE_TYPE_ANNOTATION]: options.predicateType ?? COSIGN_SIGN_PREDICATE_TYPE,
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST_MEDIA_TYPE,
    artifactType,
    config: { ...config, artifactType },
    layers: [layer],
    annotations,
    subject: { mediaType: subject.mediaType ?? OCI_MANIFEST_MEDIA_TYPE, size: subject.size ?? 2, digest: subject.digest },
  };
  const descriptor: Descriptor = {
    mediaType: OCI_MANIFEST_MEDIA_TYPE,
    digest: await registry.putManifest(repository, undefined, manifest),
    size: Buffer.byteLength(JSON.stringify(manifest)),
    artifactType,
    annotations,
  };
  if (options.fallbackTag) {
    await registry.putManifest(repository, referrersTag(subject.digest), {
      schemaVersion: 2,
      mediaType: OCI_INDEX_MEDIA_TYPE,
      manifests: [...(options.siblings ?? []), descriptor],
    });
  }
  return descriptor;
}

/**
 * Attaches legacy signatures as cosign 1 and 2 do: an image manifest under the tag `sha256-<hex>.sig`, one layer per signature.
 *
 * @returns the digest of the signature manifest
 */
export async function attachLegacySignatures(
  registry: RegistryWriter,
  options: AttachOptions & { readonly signatures: readonly LegacySignatureLayer[] },
): Promise<string> {
  const { repository, subject, signatures } = options;
  const layers = [];
  for (const { payload, annotations } of signatures) {
    layers.push({ ...(await storeBlob(registry, repository, SIMPLE_SIGNING_MEDIA_TYPE, payload)), annotations });
  }
  const config = await storeBlob(registry, repository, OCI_CONFIG_MEDIA_TYPE, {
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  });
  const tag = `${referrersTag(subject.digest)}.sig`;
  return registry.putManifest(repository, tag, { schemaVersion: 2, mediaType: OCI_MANIFEST_MEDIA_TYPE, config, layers });
}
