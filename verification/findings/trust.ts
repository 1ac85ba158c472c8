import type { NearMiss, TrustPolicyProblem } from './parts';

/** Findings about the trust policy and its trust roots. */
export type TrustPolicyFinding =
  | { readonly code: 'trust-policy-missing'; readonly searched: readonly string[] }
  | { readonly code: 'trust-policy-unreadable'; readonly file: string; readonly reason: string }
  | { readonly code: 'trust-policy-invalid'; readonly file: string; readonly problems: readonly TrustPolicyProblem[] }
  | ModelLockInvalid
  | {
      readonly code: 'image-not-covered';
      readonly reference: string;
      readonly unmatchedImages: 'deny' | 'warn' | 'allow';
      readonly nearMiss?: NearMiss;
    };

/** The record of earlier verdicts is there and cannot be used: nothing can be compared with it, so nothing is let through. */
export interface ModelLockInvalid {
  readonly code: 'model-lock-invalid';
  readonly file: string;
  readonly problems: readonly TrustPolicyProblem[];
}

export type TrustRootFinding =
  | { readonly code: 'trust-root-unavailable'; readonly trustRoot: string; readonly reason: string }
  /** The public key of an authority is in a KMS that could not be asked. */
  | { readonly code: 'kms-key-unavailable'; readonly reference: string; readonly reason: string }
  /** A part of the trust root that signatures need ends soon, or has ended: what is signed afterwards does not verify. */
  | {
      readonly code: 'trust-root-expiring';
      readonly trustRoot: string;
      readonly part:
        | 'certificate authority'
        | 'transparency log'
        | 'certificate transparency log'
        | 'timestamp authority'
        | `TUF ${'root' | 'targets' | 'snapshot' | 'timestamp'}`;
      /** ISO 8601 */
      readonly expires: string;
      readonly hasEnded: boolean;
    }
  /** The offline copy is used because the TUF repository could not be reached; a warning while the copy is young enough. */
  | { readonly code: 'trust-root-offline'; readonly trustRoot: string; readonly reason: string; readonly expires: string };
