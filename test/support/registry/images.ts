import type { Digest } from '../../../verification/registry/types';
import { CONFIG_MEDIA_TYPE, EMPTY_MEDIA_TYPE, INDEX_MEDIA_TYPE, LAYER_MEDIA_TYPE, MANIFEST_MEDIA_TYPE } from './mediaTypes';
import type { ReferrerDescriptor, RepositoryContent } from './store';
import { describeReferrer, readManifest } from './store';

export interface LayerContent {
  readonly bytes: Uint8Array;
  /** Default: a gzipped tar layer, whatever the bytes are. */
  readonly mediaType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageContent {
  readonly layers?: readonly (Uint8Array | LayerContent)[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** Default: an OCI image configuration for linux/amd64. */
  readonly config?: LayerContent;
}

export interface ReferrerContent {
  readonly artifactType: string;
  readonly layers: readonly (Uint8Array | LayerContent)[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Adds an image manifest with its config and layers. */
export function addImage(repository: RepositoryContent, tag: string | undefined, content: ImageContent): Digest {
  const config = content.config ?? { bytes: imageConfig(), mediaType: CONFIG_MEDIA_TYPE };
  return addManifest(repository, tag, {
    schemaVersion: 2,
    mediaType: MANIFEST_MEDIA_TYPE,
    ...(content.artifactType === undefined ? {} : { artifactType: content.artifactType }),
    config: addContent(repository, config),
    layers: (content.layers ?? []).map((layer) => addContent(repository, asLayer(layer))),
    ...(content.annotations === undefined ? {} : { annotations: content.annotations }),
  });
}

/** Adds an index over manifests that are already there. */
export function addIndex(
  repository: RepositoryContent,
  tag: string | undefined,
  children: readonly Digest[],
  annotations: Readonly<Record<string, string>> = {},
): Digest {
  const manifests = children.map((digest) => describe(repository, digest));
  return addManifest(repository, tag, { schemaVersion: 2, mediaType: INDEX_MEDIA_TYPE, manifests, annotations });
}

/**
 * Adds an artifact about another manifest, laid out as cosign 3 and actions/attest do; `fallbackTag` also lists it under `sha256-<hex>`.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject
 */
export function addReferrer(repository: RepositoryContent, subject: Digest, content: ReferrerContent, fallbackTag: boolean): Digest {
  const { mediaType, digest, size } = describe(repository, subject);
  const added = addManifest(repository, undefined, {
    schemaVersion: 2,
    mediaType: MANIFEST_MEDIA_TYPE,
    artifactType: content.artifactType,
    config: addContent(repository, { bytes: Buffer.from('{}'), mediaType: EMPTY_MEDIA_TYPE }),
    layers: content.layers.map((layer) => addContent(repository, { mediaType: content.artifactType, ...asLayer(layer) })),
    subject: { mediaType, digest, size },
    ...(content.annotations === undefined ? {} : { annotations: content.annotations }),
  });
  if (fallbackTag) {
    addManifest(repository, subject.replace(':', '-'), {
      schemaVersion: 2,
      mediaType: INDEX_MEDIA_TYPE,
      manifests: repository.referrersOf(subject),
    });
  }
  return added;
}

function addManifest(
  repository: RepositoryContent,
  tag: string | undefined,
  manifest: { readonly mediaType: string; readonly [field: string]: unknown },
): Digest {
  return repository.addManifest(Buffer.from(JSON.stringify(manifest)), manifest.mediaType, tag);
}

function addContent(repository: RepositoryContent, content: LayerContent): object {
  const annotations = content.annotations === undefined ? {} : { annotations: content.annotations };
  const digest = repository.addBlob(content.bytes);
  return { mediaType: content.mediaType ?? LAYER_MEDIA_TYPE, digest, size: content.bytes.length, ...annotations };
}

function asLayer(layer: Uint8Array | LayerContent): LayerContent {
  return layer instanceof Uint8Array ? { bytes: layer } : layer;
}

function describe(repository: RepositoryContent, digest: Digest): ReferrerDescriptor {
  const stored = repository.manifests.get(digest);
  if (stored === undefined) throw new Error(`push ${digest} before something that points to it`);
  return describeReferrer(digest, stored, readManifest(stored.bytes));
}

function imageConfig(): Buffer {
  return Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } }));
}
