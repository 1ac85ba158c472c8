import type { Ageing } from '../lifecycle/ageing';
import type { ExpectedSigner } from './parts';

/** Where a finding about a requirement belongs: the image, the policy, and the requirement by its name in the policy. */
export interface RequirementPlace {
  readonly reference: string;
  readonly policy: string;
  /** `name` of the entry of `attestations`. */
  readonly requirement: string;
}

/** Findings that every kind of attestation shares; those of one kind are in the files beside this one. */
export type AttestationFinding =
  /** No attestation of the required type, by an accepted signer, about this image. */
  | ({
      readonly code: 'attestation-missing';
      readonly predicateTypes: readonly string[];
      readonly expected: readonly ExpectedSigner[];
      /** Predicate types of other attestations that are there. */
      readonly others: readonly string[];
      /** Attestation manifests of the builder (BuildKit) in the index: there, unsigned, and no evidence. */
      readonly unsignedAttestations?: readonly string[];
      /** Manifests that are listed for the image, and name another one as their subject: no evidence. */
      readonly foreignReferrers?: readonly string[];
    } & RequirementPlace)
  /** One of the right type is there, and does not count: its cryptography, signer or subject fails, for the reason given. */
  | ({
      readonly code: 'attestation-untrusted';
      readonly predicateType: string;
      readonly source: string;
      readonly reason: string;
      readonly expected: readonly ExpectedSigner[];
    } & RequirementPlace)
  /** Warning: what the attestation states will soon be older than the requirement allows. */
  | ({
      readonly code: 'attestation-ageing';
      readonly source: string;
      readonly what: 'build' | 'bill of materials' | 'security review' | 'evaluation' | 'verification summary';
    } & Ageing &
      RequirementPlace)
  /** Signed by the right people, and not what its predicate type promises. */
  | ({
      readonly code: 'predicate-malformed';
      readonly predicateType: string;
      readonly source: string;
      /** Path of the field in the predicate: `buildDefinition.buildType`. */
      readonly path: string;
      readonly expected: string;
      readonly found: string;
    } & RequirementPlace);
