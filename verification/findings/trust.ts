import type { NearMiss, TrustPolicyProblem } from './parts';

/** Findings about the trust policy and its trust roots. */
export type TrustPolicyFinding =
  | {
      readonly code: 'trust-policy-missing';
      readonly searched: readonly string[];
      /** Files there whose name is similar: written as if they counted. */
      readonly lookalikes?: readonly string[];
    }
  /** Several files could decide, with different content, and none has the better claim. */
  | { readonly code: 'trust-policy-ambiguous'; readonly files: readonly NamedFile[] }
  /** A file with other content would have decided elsewhere, or by another rule: a warning, so that neither wins silently. */
  | { readonly code: 'trust-policy-unused'; readonly used: string; readonly unused: readonly NamedFile[] }
  /** It is not certain which project is previewed, so it is not certain which file decides. */
  | {
      readonly code: 'project-directory-unknown';
      readonly project: string;
      readonly reason: string;
      /** What each source said. */
      readonly sources: readonly string[];
    }
  /** The configuration of the policy pack sets something that the pack does not know, or in a form that it does not take. */
  | { readonly code: 'pack-setting-invalid'; readonly problems: readonly TrustPolicyProblem[] }
  | { readonly code: 'trust-policy-unreadable'; readonly file: string; readonly reason: string }
  | { readonly code: 'trust-policy-invalid'; readonly file: string; readonly problems: readonly TrustPolicyProblem[] }
  | ModelLockInvalid
  | {
      readonly code: 'image-not-covered';
      readonly reference: string;
      readonly unmatchedImages: 'deny' | 'warn' | 'allow';
      readonly nearMiss?: NearMiss;
    };

/** A file, and what leads to it: "nearest to the project directory". */
export interface NamedFile {
  readonly file: string;
  readonly why: string;
}

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
  | {
      readonly code: 'trust-root-offline';
      readonly trustRoot: string;
      readonly reason: string;
      /** What was used: metadata that an earlier run kept, verified again; or the copy inside the package. */
      readonly copy: 'cache' | 'package';
      readonly expires: string;
    };
