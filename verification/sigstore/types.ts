import type { TrustMaterial } from '@sigstore/verify';
import type { Bundle } from '@sigstore/bundle';
import type { CertificateClaims } from '../attestations/types';
import type { SignatureLayout, Signer } from '../finding';
import type { TrustRootThresholds } from '../trust-policy/types';

/** A signature as found in a registry, parsed but not yet believed. */
export interface SignatureCandidate {
  readonly layout: SignatureLayout;
  /** Digest of the manifest or layer it came from, for messages. */
  readonly source: string;
  readonly bundle: Bundle;
  /** The signed bytes of a message signature (simple signing payload); a DSSE envelope carries its own. */
  readonly artifact?: Buffer;
  /** Of a DSSE envelope as it was stored, hexadecimal; absent where only its fields are known, as in a bundle. */
  readonly envelopeSha256?: string;
  /** Of everything above that can influence verification, hexadecimal: the bundle's JSON, the artifact, and the envelope as it was stored. */
  readonly sha256: string;
}

/** What a candidate is verified against: keyless through a trust root, or one public key. */
export type SigningAuthority =
  | { readonly kind: 'keyless'; readonly trustRoot: LoadedTrustRoot }
  /** With a trust root, the signature must be in its log; without, nothing times the signature. */
  | { readonly kind: 'key'; readonly publicKeyPem: string; readonly trustRoot?: LoadedTrustRoot };

/** A trust root ready for verification, built once and shared. */
export interface LoadedTrustRoot {
  readonly name: string;
  /** Of the file that it was loaded from, hexadecimal: what was verified with other authorities is verified again. */
  readonly sha256: string;
  readonly material: TrustMaterial;
  readonly thresholds: TrustRootThresholds;
}

/** The bytes that the signature covers: read claims from here and from nowhere else. */
export type SignedContent =
  | { readonly kind: 'dsse'; readonly payloadType: string; readonly payload: Buffer }
  | { readonly kind: 'message'; readonly payload: Buffer };

/** A candidate whose cryptography holds. It says who signed which bytes; whether that suffices is for the checks. */
export interface VerifiedSignature {
  readonly candidate: SignatureCandidate;
  readonly signer: Signer;
  readonly content: SignedContent;
  readonly trustRoot?: string;
  /**
   * The earliest trusted time, ISO 8601. An upper bound: the signature existed then, and may be much older, because everybody can have an old
   * signature timestamped or logged again.
   */
  readonly signedAt?: string;
  /** The lower bound, ISO 8601: when its certificate began. Absent for keys, which may have signed at any time before. */
  readonly signedAfter?: string;
  /** What the certificate says about the build beside the identity; absent for keys, and where it says nothing. */
  readonly claims?: CertificateClaims;
}
