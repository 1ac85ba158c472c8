import * as crypto from 'node:crypto';
import type { ImageVerifierOptions } from '../../../verification';
import { attachBundle, referrersTag, storeBlob } from '../sigstore/attach';
import type { BundleJson } from '../sigstore/bundles';
import { BUNDLE_MEDIA_TYPES, OCI_EMPTY_MEDIA_TYPE, OCI_MANIFEST_MEDIA_TYPE, SIMPLE_SIGNING_MEDIA_TYPE } from '../sigstore/wireFormats';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../supplyChain';
import type { PushedImage, SupplyChain } from '../supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../verify';
import type { Answer } from './attempt';

export const SBOM_TYPE = 'https://cyclonedx.org/bom';
const NEIGHBORS = 3;

// Megabytes are pushed to a registry in the same process, on machines that do other things too.
jest.setTimeout(120_000);

/** An answer, and what it took. */
export interface Measured extends Answer {
  /** Signatures held against keys, those about the neighbors included. */
  readonly signatureChecks: number;
  readonly requests: number;
}

/** Images that an attacker who may push stuffs with evidence, among others that have nothing to do with them. */
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

  /**
   * Verifies an image together with some that are signed properly. Those must be verified whatever the image is stuffed with: that is what an attack
   * on the work of verification is about.
   */
  async judge(image: PushedImage, fields: Readonly<Record<string, unknown>> = {}, options: ImageVerifierOptions = {}): Promise<Measured> {
    const neighbors: string[] = [];
    for (let number = 0; number < NEIGHBORS; number++) {
      const neighbor = this.supplyChain.push(`acme/neighbor-${this.#images++}`);
      await this.supplyChain.sign(neighbor, RELEASE_WORKFLOW);
      neighbors.push(neighbor.reference);
    }
    const rules = keylessPolicy(this.supplyChain, { images: [`${this.supplyChain.registry.address}/acme/stuffed-*`], ...fields });
    const plain = keylessPolicy(this.supplyChain, { name: 'neighbors', images: [`${this.supplyChain.registry.address}/acme/neighbor-*`] });
    const verifier = await verifierFor(trustPolicyOf(this.supplyChain, { policies: [rules, plain] }), options);
    const checks = jest.spyOn(crypto, 'verify');
    this.supplyChain.registry.clearRequests();
    try {
      const stuffed = verifier.verify(image.reference);
      const others = await Promise.all(neighbors.map((reference) => verifier.verify(reference)));
      expect(others.map(({ outcome }) => outcome)).toEqual(neighbors.map(() => 'verified'));
      const answer = summary(await stuffed) as Answer;
      return { ...answer, signatureChecks: checks.mock.calls.length, requests: this.supplyChain.registry.requests.length };
    } finally {
      checks.mockRestore();
    }
  }
}

/** Starts a registry and a Sigstore for the attempts of one file. */
export function withStuffedImages(use: (images: StuffedImages) => void): void {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    use(new StuffedImages(supplyChain));
  });
  afterAll(() => supplyChain.stop());
}
