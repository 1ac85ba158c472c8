import { referrersTag } from '../sigstore/attach';
import type { LocalRegistry } from '../registry';
import type { BundleJson } from '../sigstore/bundles';
import type { PushedImage } from '../supplyChain';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** Lists descriptors under the fallback tag. */
export function writeTag(registry: LocalRegistry, image: PushedImage, manifests: readonly object[], repository = image.repository): void {
  registry.putManifest(repository, referrersTag(image.digest), { schemaVersion: 2, mediaType: INDEX, manifests });
}

/** Bundles that the fallback tag lists and the referrers API does not: their manifests name no subject, as older clients wrote them. */
export function listedByTag(
  registry: LocalRegistry,
  image: PushedImage,
  bundles: readonly BundleJson[],
  others: readonly object[] = [],
  repository = image.repository,
): void {
  const listed = bundles.map((bundle) => withoutSubject(registry, bundle, repository));
  writeTag(registry, image, [...others, ...listed], repository);
}

function withoutSubject(registry: LocalRegistry, bundle: BundleJson, repository: string): object {
  const layer = Buffer.from(JSON.stringify(bundle));
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: BUNDLE,
    config: { mediaType: EMPTY, digest: registry.putBlob(repository, Buffer.from('{}')), size: 2 },
    layers: [{ mediaType: BUNDLE, digest: registry.putBlob(repository, layer), size: layer.length }],
  };
  const digest = registry.putManifest(repository, undefined, manifest);
  return { mediaType: MANIFEST, artifactType: BUNDLE, digest, size: JSON.stringify(manifest).length };
}

/** A referrer that is no evidence at all. */
export function pushJunkReferrer(registry: LocalRegistry, image: PushedImage, note = 'junk'): void {
  registry.pushReferrer(image.repository, image.digest, { artifactType: 'application/x-junk', layers: [Buffer.from(note)] });
}
