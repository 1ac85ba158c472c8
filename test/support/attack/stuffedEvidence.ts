import { attachBundle, referrersTag, storeBlob } from '../sigstore/attach';
import type { BundleJson } from '../sigstore/bundles';
import { BUNDLE_MEDIA_TYPES, OCI_EMPTY_MEDIA_TYPE, OCI_MANIFEST_MEDIA_TYPE, SIMPLE_SIGNING_MEDIA_TYPE } from '../sigstore/wireFormats';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW } from '../supplyChain';
import type { PushedImage, SupplyChain } from '../supplyChain';

/** Images that an attacker who may push stuffs with evidence, and how they do. */
export class StuffedImages {
  readonly supplyChain: SupplyChain;
  #images = 0;

  constructor(supplyChain: SupplyChain) {
    this.supplyChain = supplyChain;
  }

  image(): PushedImage {
    return this.supplyChain.push(`acme/stuffed-${this.#images++}`);
  }

  /** An image with a signature that holds. */
  async signed(): Promise<PushedImage> {
    const image = this.image();
    await this.supplyChain.sign(image, RELEASE_WORKFLOW);
    return image;
  }

  /** A signature of the attacker's own, whose cryptography holds. */
  foreign(image: PushedImage): Promise<BundleJson> {
    return this.supplyChain.sigstore.signImage({ digest: image.digest, identity: FOREIGN_WORKFLOW });
  }

  async attach(image: PushedImage, ...bundles: readonly (BundleJson | Buffer)[]): Promise<PushedImage> {
    const { registry } = this.supplyChain;
    for (const bundle of bundles) {
      await attachBundle(registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
    }
    return image;
  }

  /** Lists bundles as the layers of one manifest; many manifests may list the same. */
  async attachLayers(image: PushedImage, bundles: readonly (object | Buffer)[], manifests = 1): Promise<PushedImage> {
    const { registry } = this.supplyChain;
    const layers = [];
    for (const bundle of bundles) layers.push(await storeBlob(registry, image.repository, BUNDLE_MEDIA_TYPES['0.3'], bundle));
    const config = await storeBlob(registry, image.repository, OCI_EMPTY_MEDIA_TYPE, {});
    const subject = { mediaType: OCI_MANIFEST_MEDIA_TYPE, size: 2, digest: image.digest };
    for (let number = 0; number < manifests; number++) {
      const annotations = { number: String(number) };
      registry.putManifest(image.repository, undefined, {
        schemaVersion: 2,
        mediaType: OCI_MANIFEST_MEDIA_TYPE,
        artifactType: BUNDLE_MEDIA_TYPES['0.3'],
        config,
        layers,
        annotations,
        subject,
      });
    }
    return image;
  }

  /** Puts one legacy signature under its tag. */
  async attachLegacy(image: PushedImage, annotations: Readonly<Record<string, string>>): Promise<PushedImage> {
    const { registry } = this.supplyChain;
    const layer = await storeBlob(registry, image.repository, SIMPLE_SIGNING_MEDIA_TYPE, {});
    const config = await storeBlob(registry, image.repository, OCI_EMPTY_MEDIA_TYPE, {});
    registry.putManifest(image.repository, `${referrersTag(image.digest)}.sig`, {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST_MEDIA_TYPE,
      config,
      layers: [{ ...layer, annotations }],
    });
    return image;
  }
}
