import { digestOf } from '../../../verification/reference/digest';
import type { Descriptor, Digest, Manifest, RegistryClient } from '../../../verification/registry/types';
import { success } from '../../../verification/result';

export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const descriptor = (mediaType: string, bytes: Uint8Array): Descriptor => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
  annotations: {},
});

const manifest = (bytes: Uint8Array, layers: readonly Descriptor[] = []): Manifest => ({
  digest: digestOf(bytes),
  bytes,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  layers,
  manifests: [],
  annotations: {},
});

const image = manifest(Buffer.from('the image'));

export const IMAGE_DIGEST: Digest = image.digest;
export const IMAGE = `ghcr.io/acme/model@${IMAGE_DIGEST}`;

/**
 * A registry client without a registry: one image with these bundles attached, in this order, each in a referrer of its own. What the
 * transport does is tested elsewhere; single answers can be replaced.
 */
export function registryWith(bundles: readonly (object | string)[], answers: Partial<RegistryClient> = {}): RegistryClient {
  const blobs = new Map<Digest, Uint8Array>();
  const referrers = bundles.map((bundle, index) => {
    const bytes = Buffer.from(typeof bundle === 'string' ? bundle : JSON.stringify(bundle));
    const layer = descriptor(BUNDLE_MEDIA_TYPE, bytes);
    blobs.set(layer.digest, bytes);
    return manifest(Buffer.from(`referrer ${index}`), [layer]);
  });
  const there = <T>(value: T | undefined) => {
    if (value === undefined) throw new Error('the test asks for something that it did not put there');
    return Promise.resolve(success(value));
  };
  return {
    resolve: () => there(image),
    tagged: () => Promise.resolve(success(undefined)),
    manifest: (_repository, digest) => there(referrers.find((referrer) => referrer.digest === digest)),
    blob: (_repository, { digest }) => there(blobs.get(digest)),
    referrers: () => there(referrers.map(({ bytes, mediaType }) => descriptor(mediaType, bytes))),
    ...answers,
  };
}
