import * as crypto from 'node:crypto';
import type { ImageVerifierOptions } from '../../../verification';
import { RELEASE_WORKFLOW, startSupplyChain } from '../supplyChain';
import type { PushedImage, SupplyChain } from '../supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../verify';
import type { Answer } from './attempt';
import { StuffedImages } from './stuffedEvidence';

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

/** The same among others that have nothing to do with them. */
export class StuffedAmongOthers extends StuffedImages {
  #neighbors = 0;

  /**
   * Verifies an image together with some that are signed properly. Those must be verified whatever the image is stuffed with: that is what an attack
   * on the work of verification is about.
   */
  async judge(image: PushedImage, fields: Readonly<Record<string, unknown>> = {}, options: ImageVerifierOptions = {}): Promise<Measured> {
    const neighbors: string[] = [];
    for (let number = 0; number < NEIGHBORS; number++) {
      const neighbor = this.supplyChain.push(`acme/neighbor-${this.#neighbors++}`);
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
export function withStuffedImages(use: (images: StuffedAmongOthers) => void): void {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    use(new StuffedAmongOthers(supplyChain));
  });
  afterAll(() => supplyChain.stop());
}
