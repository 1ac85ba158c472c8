import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { certifyToken } from './fulcio';
import { generateSigningKey } from './services';
import type { KeyPair, SigstoreServices } from './services';
import { tokenClaims } from './workflowTokens';

/**
 * Who a Fulcio certificate speaks for, in the words of a trust policy: the same value signs and is trusted. With a source repository, the
 * certificate says about the build what the real Fulcio says; without, it holds issuer and subject alone.
 */
export interface SignerIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly sourceRepository?: string;
  readonly sourceRepositoryId?: string;
  readonly sourceRepositoryOwnerId?: string;
  readonly sourceRepositoryRef?: string;
  readonly buildTrigger?: string;
  readonly runnerEnvironment?: string;
  readonly buildConfig?: string;
}

/** Either an identity, for which a short-lived certificate is issued, or a key that the caller keeps. */
export type SignerOptions =
  | { readonly identity: SignerIdentity; readonly key?: never; readonly certificate?: never }
  | { readonly key: KeyPair; readonly identity?: never; readonly certificate?: never }
  /** A certificate made elsewhere (say, one that no honest authority issues) with its key. */
  | { readonly key: KeyPair; readonly certificate: Buffer; readonly identity?: never };

/** A key ready to sign, with the certificate that vouches for it. */
export interface PreparedSigner {
  readonly privateKey: KeyObject;
  /** DER; absent for a bare key. */
  readonly certificate?: Buffer;
  /** Certificate or public key, PEM: what the log records as the verifier. */
  readonly verifierPem: string;
}

/** DER to PEM in lines of 64 characters, as Go writes it. */
export function certificatePem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** A public key as PEM. */
export function publicKeyPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}

/** Obtains what a signature needs: a fresh key and certificate for an identity, or the key as given. */
export async function prepareSigner(services: SigstoreServices, options: SignerOptions): Promise<PreparedSigner> {
  if (options.certificate) {
    return {
      privateKey: options.key.privateKey,
      certificate: options.certificate,
      verifierPem: certificatePem(options.certificate),
    };
  }
  if (options.key) {
    return { privateKey: options.key.privateKey, verifierPem: publicKeyPem(options.key.publicKey) };
  }
  const { subject, extensions } = certifyToken(tokenClaims(options.identity));
  const { publicKey, privateKey } = generateSigningKey();
  const issued = await services.certificateAuthority.issueCertificate({
    publicKey: publicKey.export({ format: 'der', type: 'spki' }),
    subjectAltName: subject,
    extensions: [...extensions],
  });
  const certificate = Buffer.from(issued.buffer, issued.byteOffset, issued.byteLength);
  return { privateKey, certificate, verifierPem: certificatePem(certificate) };
}

/** Hash that goes with a key: ECDSA pairs the curve with a hash of its size, Ed25519 hashes by itself. */
export function hashFor(key: KeyObject): 'sha256' | 'sha384' | 'sha512' | undefined {
  if (key.asymmetricKeyType === 'ed25519') return undefined;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'secp384r1') return 'sha384';
  return curve === 'secp521r1' ? 'sha512' : 'sha256';
}

/** Signs bytes with the hash that belongs to the key. */
export function signBytes(privateKey: KeyObject, bytes: Buffer): Buffer {
  return sign(hashFor(privateKey) ?? null, bytes, privateKey);
}
