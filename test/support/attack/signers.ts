import { startSupplyChain } from '../supplyChain';
import type { PushedImage, SupplyChain } from '../supplyChain';
import { attachBundle, attachLegacySignatures } from '../sigstore/attach';
import { issueCertificate } from '../sigstore/certificates';
import { generateSigningKey } from '../sigstore/services';
import type { KeyPair } from '../sigstore/services';
import type { SignerIdentity } from '../sigstore/signers';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../verify';
import type { ImageVerifierOptions } from '../../../verification';
import { parseTrustPolicyObject } from '../../../verification/trust-policy';
import type { Answer } from './attempt';

/** A reusable workflow, as policies name it, called by the repository that is meant and by another one. */
const REUSABLE = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/workflows/.github/workflows/build.yml@refs/tags/v3',
};
export const CALLED_BY_ACME: SignerIdentity = { ...REUSABLE, sourceRepository: 'https://github.com/acme/ml' };
export const CALLED_BY_MALLORY: SignerIdentity = {
  ...REUSABLE,
  sourceRepository: 'https://github.com/mallory/evil',
  runnerEnvironment: 'self-hosted',
};

type CertificateExtensions = readonly (readonly [oid: string, value: Buffer, critical: boolean])[];

/** Signs images in a supply chain of its own, and says what the verifier thinks of them. */
export class SignedImages {
  readonly #supplyChain: SupplyChain;
  #count = 0;

  constructor(supplyChain: SupplyChain) {
    this.#supplyChain = supplyChain;
  }

  stop(): Promise<void> {
    return this.#supplyChain.stop();
  }

  image(): PushedImage {
    return this.#supplyChain.push(`acme/signed-${this.#count++}`);
  }

  async sign(image: PushedImage, ...signers: readonly SignerIdentity[]): Promise<PushedImage> {
    for (const signer of signers) await this.#supplyChain.sign(image, signer);
    return image;
  }

  async signLegacy(image: PushedImage, signer: SignerIdentity): Promise<PushedImage> {
    await this.#supplyChain.signLegacy(image, signer);
    return image;
  }

  async signWithKeys(image: PushedImage, ...keys: readonly KeyPair[]): Promise<PushedImage> {
    const { repository, digest, reference: dockerReference } = image;
    const signatures = [];
    for (const key of keys) signatures.push(await this.#supplyChain.sigstore.signLegacy({ digest, dockerReference, key }));
    await attachLegacySignatures(this.#supplyChain.registry, { repository, subject: { digest }, signatures });
    return image;
  }

  async attest(image: PushedImage, signer: SignerIdentity, predicateType: string): Promise<PushedImage> {
    await this.#supplyChain.attest(image, signer, predicateType);
    return image;
  }

  /** With a certificate that holds these extensions and no others of Fulcio but its issuer. */
  async signCertified({ issuer, subject }: SignerIdentity, extensions: CertificateExtensions): Promise<PushedImage> {
    const image = this.image();
    const key = generateSigningKey();
    const names = [{ kind: 'uri', value: subject }] as const;
    const certificate = await issueCertificate(this.#supplyChain.sigstore.services, {
      publicKey: key.publicKey,
      names,
      issuer,
      extensions,
    });
    const bundle = await this.#supplyChain.sigstore.signImage({ digest: image.digest, key, certificate });
    await attachBundle(this.#supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
    return image;
  }

  /** The verdict where these may sign. @param fields of the policy */
  async judge(image: PushedImage, identities: readonly object[], fields: object = {}, options: ImageVerifierOptions = {}): Promise<Answer> {
    const authorities = [{ name: 'ci', keyless: { trustRoot: 'local', identities } }];
    return this.judgeUnder(image, { authorities, ...fields }, options);
  }

  /** The verdict under a policy of these fields. */
  async judgeUnder(image: PushedImage, fields: object, options: ImageVerifierOptions = {}): Promise<Answer> {
    const policy = trustPolicyOf(this.#supplyChain, { policies: [keylessPolicy(this.#supplyChain, { ...fields })] });
    const verdict = await (await verifierFor(policy, options)).verify(image.reference);
    return { ...summary(verdict), outcome: verdict.outcome };
  }
}

/** One supply chain for the attempts of a file. */
export function withSignedImages(use: (images: SignedImages) => void): void {
  let images: SignedImages;
  beforeAll(async () => {
    images = new SignedImages(await startSupplyChain());
    use(images);
  });
  afterAll(() => images.stop());
}

/** Whether a trust policy with this identity is accepted. */
export function readIdentity(identity: object, fields: object = {}): Promise<Answer> {
  const authorities = [{ name: 'ci', keyless: { identities: [identity] } }];
  const policy = { name: 'p', images: ['ghcr.io/acme/**'], authorities, ...fields };
  const file = { apiVersion: 'model-supply-chain/v1alpha1', kind: 'TrustPolicy', policies: [policy] };
  const read = parseTrustPolicyObject(file, 'trust-policy.yaml');
  return Promise.resolve(read.ok ? { outcome: 'accepted', codes: [] } : { outcome: 'refused', codes: [read.finding.code] });
}
