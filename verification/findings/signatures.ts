import type { CallerDifference, ExpectedSigner, SignatureLayout, Signer } from './parts';

/** Findings about the signatures of an image. */
export type SignatureFinding =
  /** Every layout was listed successfully and holds nothing. */
  | {
      readonly code: 'unsigned';
      readonly reference: string;
      readonly policy: string;
      readonly expected: readonly ExpectedSigner[];
      readonly searched: readonly string[];
      /** Attestation manifests of the builder (BuildKit) in the index: there, unsigned, and no evidence. */
      readonly unsignedAttestations?: readonly string[];
      /** Manifests that are listed for the image, and name another one as their subject: no evidence. */
      readonly foreignReferrers?: readonly string[];
    }
  /** There are signed attestations about the image, but no signature of the image itself. */
  | {
      readonly code: 'attestation-is-not-signature';
      readonly reference: string;
      readonly policy: string;
      readonly expected: readonly ExpectedSigner[];
      readonly predicateTypes: readonly string[];
    }
  /** Some signatures count, by fewer different signers than the policy wants. */
  | {
      readonly code: 'signature-threshold-not-met';
      readonly reference: string;
      readonly policy: string;
      readonly threshold: number;
      readonly expected: readonly ExpectedSigner[];
      /** Signers of the signatures that count; a workflow once for each ref that it signed from. */
      readonly found: readonly Signer[];
      /** How many different signers these are. */
      readonly counted: number;
    }
  /** Cryptographically sound, by a signer or for a caller that this policy does not name. */
  | {
      readonly code: 'identity-mismatch';
      readonly reference: string;
      readonly policy: string;
      readonly expected: readonly ExpectedSigner[];
      readonly found: Signer;
      /** Where issuer and subject are those of an identity, and only the caller of the workflow is not. */
      readonly caller?: readonly [CallerDifference, ...CallerDifference[]];
      readonly layout: SignatureLayout;
    }
  /** The signature, its certificate, its log entry or its timestamp does not verify against the trust root or key of the authority. */
  | {
      readonly code: 'signature-invalid';
      readonly reference: string;
      readonly policy: string;
      readonly authority: string;
      readonly layout: SignatureLayout;
      readonly source: string;
      readonly reason: string;
      /** Earliest trusted time of a signature by the right key that only lacks witnesses: copies of it with more of them are no younger. */
      readonly witnessedAt?: string;
    }
  /** Well signed, but the signed statement speaks about another image. */
  | {
      readonly code: 'subject-mismatch';
      readonly reference: string;
      readonly policy: string;
      readonly expected: string;
      readonly found: readonly string[];
      readonly layout: SignatureLayout;
      readonly source: string;
    }
  /** Something that claims to be a signature and cannot be read as one. */
  | {
      readonly code: 'signature-malformed';
      readonly reference: string;
      readonly layout: SignatureLayout;
      readonly source: string;
      readonly reason: string;
    };
