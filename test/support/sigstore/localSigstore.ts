import { writeFile } from 'node:fs/promises';
import { signEnvelope, signMessage } from './bundles';
import type { BundleJson, BundleOptions } from './bundles';
import { signLegacy } from './legacySignatures';
import type { LegacySignatureLayer, LegacySignatureOptions } from './legacySignatures';
import { createServices } from './services';
import type { SigstoreServices } from './services';
import type { SignerOptions } from './signers';
import { renderTrustedRoot } from './trustedRoot';
import type { TrustedRootJson } from './trustedRoot';
import { COSIGN_SIGN_PREDICATE_TYPE, STATEMENT_TYPE } from './wireFormats';

export type SignImageOptions = SignerOptions &
  BundleOptions & {
    /** `sha256:<hex>` of the image. */
    readonly digest: string;
    /** Signed claims of the signer (`cosign sign -a`). */
    readonly annotations?: Readonly<Record<string, string>>;
    readonly payloadType?: string;
  };

export type AttestOptions = SignImageOptions & { readonly predicateType: string; readonly predicate: object };

/**
 * A Sigstore of one's own, in memory: certificate authority, certificate transparency log, Rekor v1 log and timestamp authority,
 * with the signing side that writes what cosign writes. `startLocalSigstore` puts the services behind HTTP for the real cosign.
 *
 * @example
 * const sigstore = await createLocalSigstore();
 * const bundle = await sigstore.signImage({ digest, identity: { issuer: 'https://issuer.test', subject: 'https://ci.test/build' } });
 */
export class LocalSigstore {
  readonly services: SigstoreServices;
  readonly trustedRootJson: TrustedRootJson;

  constructor(services: SigstoreServices) {
    this.services = services;
    this.trustedRootJson = renderTrustedRoot(services);
  }

  /** Writes the trusted root for tools that want a file. */
  async writeTrustedRoot(file: string): Promise<void> {
    await writeFile(file, JSON.stringify(this.trustedRootJson, null, 2));
  }

  /** Signs an image as `cosign sign` 3.x does: an in-toto statement with cosign's own predicate type. */
  async signImage(options: SignImageOptions): Promise<BundleJson> {
    return this.attest({ ...options, predicateType: COSIGN_SIGN_PREDICATE_TYPE, predicate: {} });
  }

  /** Signs a statement about an image, as `cosign attest` does. */
  async attest(options: AttestOptions): Promise<BundleJson> {
    const { digest, annotations, predicateType, predicate } = options;
    const subject = { digest: { sha256: digest.replace(/^sha256:/, '') }, ...(annotations ? { annotations } : {}) };
    return this.signPayload(Buffer.from(JSON.stringify({ _type: STATEMENT_TYPE, subject: [subject], predicateType, predicate })), options);
  }

  /** Signs any payload as a DSSE envelope: foreign payload types, broken statements, other subjects. */
  async signPayload(payload: Buffer, options: SignerOptions & BundleOptions & { readonly payloadType?: string }): Promise<BundleJson> {
    return signEnvelope(this.services, payload, options);
  }

  /** Signs bytes that stay outside the bundle, as `cosign sign-blob` does. */
  async signMessage(message: Buffer, options: SignerOptions & BundleOptions): Promise<BundleJson> {
    return signMessage(this.services, message, options);
  }

  /** Signs an image as cosign 1 and 2 did; `attachLegacySignatures` puts the layers into a registry. */
  async signLegacy(options: LegacySignatureOptions): Promise<LegacySignatureLayer> {
    return signLegacy(this.services, options);
  }
}

/** Creates a fresh instance with keys of its own, without any network. */
export async function createLocalSigstore(): Promise<LocalSigstore> {
  return new LocalSigstore(await createServices());
}
