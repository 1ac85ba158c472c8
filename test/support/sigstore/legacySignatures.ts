import { hashedRekordBody } from './logBodies';
import { enterIntoLog } from './services';
import type { SigstoreServices } from './services';
import { certificatePem, prepareSigner, signBytes } from './signers';
import type { SignerOptions } from './signers';
import { BUNDLE_ANNOTATION, CERTIFICATE_ANNOTATION, CHAIN_ANNOTATION, SIGNATURE_ANNOTATION, SIMPLE_SIGNING_TYPE } from './wireFormats';

/** One layer of a cosign `.sig` manifest: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
export interface LegacySignatureLayer {
  readonly payload: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

export type LegacySignatureOptions = SignerOptions & {
  /** `sha256:<hex>` of the signed image. */
  readonly digest: string;
  /** Name that the payload claims for the image. @default 'registry.test/image' */
  readonly dockerReference?: string;
  /** Replaces the whole signed payload. */
  readonly payload?: Buffer;
  /** Enter the signature into the log. @default true for certificates, false for bare keys */
  readonly logged?: boolean;
  /** Claims of the signer (`cosign sign -a`); they land in `optional`. */
  readonly annotations?: Readonly<Record<string, string>>;
};

/** The simple signing payload that cosign 2 signs for an image. */
export function simpleSigningPayload(digest: string, dockerReference: string, optional: Readonly<Record<string, string>> | null): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': dockerReference },
        image: { 'docker-manifest-digest': digest },
        type: SIMPLE_SIGNING_TYPE,
      },
      optional,
    }),
  );
}

/** Signs an image as cosign 1 and 2 did: a simple signing payload with the evidence in annotations. */
export async function signLegacy(services: SigstoreServices, options: LegacySignatureOptions): Promise<LegacySignatureLayer> {
  const signer = await prepareSigner(services, options);
  const payload =
    options.payload ?? simpleSigningPayload(options.digest, options.dockerReference ?? 'registry.test/image', options.annotations ?? null);
  const signature = signBytes(signer.privateKey, payload);
  const annotations: Record<string, string> = { [SIGNATURE_ANNOTATION]: signature.toString('base64') };
  if (signer.certificate) {
    annotations[CERTIFICATE_ANNOTATION] = certificatePem(signer.certificate);
    const root = services.certificateAuthority.rootCertificate;
    annotations[CHAIN_ANNOTATION] = certificatePem(Buffer.from(root.buffer, root.byteOffset, root.byteLength));
  }
  if (options.logged ?? signer.certificate !== undefined) {
    const entry = await enterIntoLog(services, hashedRekordBody(payload, signature, signer.verifierPem));
    annotations[BUNDLE_ANNOTATION] = JSON.stringify({
      SignedEntryTimestamp: entry.verification.signedEntryTimestamp,
      Payload: { body: entry.body, integratedTime: entry.integratedTime, logIndex: entry.logIndex, logID: entry.logID },
    });
  }
  return { payload, annotations };
}
