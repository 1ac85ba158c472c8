import type { CertificateClaims } from './attestations/types';
import type { Finding, Signer, SignatureLayout } from './finding';

/** What a policy does about an image that does not verify: block, tell, or nothing (only for images no policy covers). */
export type Enforcement = 'enforce' | 'warn' | 'ignore';

export type NonEmpty<T> = readonly [T, ...T[]];

/** The evidence that satisfied one policy. */
export interface PolicyEvidence {
  readonly policy: string;
  readonly authority: string;
  readonly signer: Signer;
  readonly layout: SignatureLayout;
  /** Name of the trust root that verified a keyless signature; absent for keys. */
  readonly trustRoot?: string;
  /** Trusted signing time (log or timestamp authority), ISO 8601; absent when nothing timed the signature. */
  readonly signedAt?: string;
  /** What the certificate says about the build beside the subject; absent for keys. */
  readonly claims?: CertificateClaims;
}

/** An attestation on which a positive answer rests. */
export interface AttestationEvidence {
  readonly policy: string;
  /** Name of the requirement in the policy. */
  readonly requirement: string;
  readonly predicateType: string;
  readonly signer: Signer;
  /** Digest of the manifest that carries it. */
  readonly source: string;
  readonly signedAt?: string;
  readonly claims?: CertificateClaims;
  /** Builder id that SLSA provenance names. */
  readonly builder?: string;
}

/**
 * The answer about one image under one TrustPolicy.
 *
 * - `verified`: every policy that covers the image holds.
 * - `rejected`: the evidence was complete and says no.
 * - `undetermined`: something could not be checked (registry down, no credentials, trust root unavailable, time-out). Never "unsigned",
 *   never "verified".
 */
export type Verdict =
  | {
      readonly outcome: 'verified';
      readonly reference: string;
      readonly digest: string;
      /** Signatures that satisfied a policy; empty only where every policy rests on attestations alone. */
      readonly evidence: readonly PolicyEvidence[];
      readonly attestations: readonly AttestationEvidence[];
      readonly warnings: readonly Finding[];
    }
  | {
      readonly outcome: 'rejected' | 'undetermined';
      readonly reference: string;
      /** Absent when the reference could not be resolved. */
      readonly digest?: string;
      readonly enforcement: Enforcement;
      readonly findings: NonEmpty<Finding>;
    };
