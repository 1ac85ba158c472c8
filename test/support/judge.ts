import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ImageVerifierOptions, Verdict } from '../../verification';
import { attachBundle, attachLegacySignatures } from './sigstore/attach';
import type { BundleJson } from './sigstore/bundles';
import type { LegacySignatureLayer } from './sigstore/legacySignatures';
import { startSupplyChain } from './supplyChain';
import type { PushedImage, SupplyChain } from './supplyChain';
import { keylessPolicy, trustPolicyOf, verifierFor } from './verify';
import type { PolicyFields } from './verify';

let images = 0;

/** Short words for tests about evidence that somebody tampered with: attach this to an image, and what is the verdict? */
export class Judge {
  readonly #supplyChain: SupplyChain;

  constructor(supplyChain: SupplyChain) {
    this.#supplyChain = supplyChain;
  }

  /** An image in a repository of its own. */
  push(): PushedImage {
    return this.#supplyChain.push(`acme/judged-${images++}`);
  }

  async verdict(image: { readonly reference: string }, policy: PolicyFields = {}, options: ImageVerifierOptions = {}): Promise<Verdict> {
    return (await verifierFor(trustPolicyOf(this.#supplyChain, policy), options)).verify(image.reference);
  }

  /** Verdict about an image that carries these bundles and nothing else. */
  async bundles(image: PushedImage, bundles: readonly (BundleJson | object)[], policy: PolicyFields = {}): Promise<Verdict> {
    for (const bundle of bundles) {
      await attachBundle(this.#supplyChain.registry, {
        repository: image.repository,
        subject: { digest: image.digest },
        bundle: Buffer.from(JSON.stringify(bundle)),
      });
    }
    return this.verdict(image, policy);
  }

  async legacy(image: PushedImage, signatures: readonly LegacySignatureLayer[], policy: PolicyFields = {}): Promise<Verdict> {
    await attachLegacySignatures(this.#supplyChain.registry, {
      repository: image.repository,
      subject: { digest: image.digest },
      signatures,
    });
    return this.verdict(image, policy);
  }

  /** A policy that trusts a changed trusted root. */
  underRoot(trustedRoot: object, thresholds?: object): PolicyFields {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'root-')), 'trusted_root.json');
    writeFileSync(file, JSON.stringify(trustedRoot));
    return { trustRoots: [{ name: 'local', file: { path: file }, ...(thresholds && { thresholds }) }] };
  }

  /** A policy that asks for an attestation of a type, and for no signature. */
  requiring(predicateType: string): PolicyFields {
    const attestations = [{ name: 'required', custom: { predicateType } }];
    return { policies: [keylessPolicy(this.#supplyChain, { signatures: { threshold: 0 }, attestations })] };
  }
}

/** What a test about evidence starts from. */
export interface Given {
  readonly supplyChain: SupplyChain;
  readonly judge: Judge;
  /** Pushed for this test, nothing attached. */
  readonly image: PushedImage;
}

/** One supply chain for a test file, and a fresh image for each of its tests. */
export function judgeEachTest(use: (given: Given) => void): void {
  let supplyChain: SupplyChain;
  let judge: Judge;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    judge = new Judge(supplyChain);
  });
  beforeEach(() => use({ supplyChain, judge, image: judge.push() }));
  afterAll(async () => supplyChain.stop());
}
