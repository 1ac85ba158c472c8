import type { Digest } from '../../../verification/registry/types';
import type { LocalRegistryOptions } from '../registry';
import { attachBundle } from '../sigstore/attach';
import { signEnvelope } from '../sigstore/bundles';
import type { BundleJson } from '../sigstore/bundles';
import { RELEASE_WORKFLOW, startSupplyChain } from '../supplyChain';
import type { PushedImage, SupplyChain } from '../supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../verify';
import type { Answer } from './attempt';

export const REVIEW_TYPE = 'https://acme.example/review/v1';

/** Attestations alone decide, so that what is wrong with them cannot hide behind a signature. */
export const REVIEWED = {
  signatures: { threshold: 0 },
  attestations: [{ name: 'review', custom: { predicateType: REVIEW_TYPE, fields: [{ path: 'approved', equals: true }] } }],
};
export const SCANNED = { signatures: { threshold: 0 }, attestations: [{ name: 'scanned', vulnerabilityScan: {} }] };
const SIGNED = {};

/** Images with attestations of the release workflow, and what somebody who may push adds to them. */
export class AttestedImages {
  readonly supplyChain: SupplyChain;
  #images = 0;

  constructor(supplyChain: SupplyChain) {
    this.supplyChain = supplyChain;
  }

  get registry(): SupplyChain['registry'] {
    return this.supplyChain.registry;
  }

  image(): PushedImage {
    return this.supplyChain.push(`acme/attested-${this.#images++}`);
  }

  /** Something stored as a manifest, byte by byte. */
  stored(name: string, text: string): PushedImage {
    const digest = this.registry.putManifest(name, 'v1', Buffer.from(text));
    return { repository: name, digest, reference: `${this.registry.address}/${name}@${digest}` };
  }

  statement(digest: string, predicateType: string, predicate: unknown): string {
    const subject = [{ name: 'image', digest: { sha256: digest.replace('sha256:', '') } }];
    return JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate });
  }

  review(digest: string, predicate: object = { approved: true }): Promise<BundleJson> {
    return this.signedText(this.statement(digest, REVIEW_TYPE, predicate));
  }

  /** A payload as it is, signed and logged by the workflow that the policy trusts. */
  signedText(payload: string): Promise<BundleJson> {
    return signEnvelope(this.supplyChain.sigstore.services, Buffer.from(payload), { identity: RELEASE_WORKFLOW });
  }

  async attach(image: { readonly repository: string; readonly digest: Digest | string }, bundle: BundleJson | string): Promise<string> {
    const { digest } = await attachBundle(this.registry, {
      repository: image.repository,
      subject: { digest: image.digest },
      bundle: typeof bundle === 'string' ? Buffer.from(bundle) : bundle,
    });
    return digest;
  }

  async judge(image: PushedImage, fields: object = SIGNED): Promise<Answer> {
    const policies = [keylessPolicy(this.supplyChain, { ...fields })];
    const verifier = await verifierFor(trustPolicyOf(this.supplyChain, { policies }), {
      registry: { credentials: () => undefined, limits: { retryDelayMs: 1 } },
    });
    return summary(await verifier.verify(image.reference)) as Answer;
  }
}

/** One supply chain for a test file. */
export function withAttestedImages(use: (images: AttestedImages) => void, options: LocalRegistryOptions = {}): void {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain(options);
    use(new AttestedImages(supplyChain));
  });
  afterAll(() => supplyChain.stop());
}
