import type { Duration } from './duration';
import type { PolicyException } from './exceptions';
import type { AttestationRequirement } from './requirements';

/** The parsed trust policy. Values of these types exist only after `parseTrustPolicy` accepted them. */

/** How a subject (certificate SAN) must look. Exact is the default; a pattern is a different field and is anchored by us. */
export type SubjectMatcher =
  | { readonly kind: 'exact'; readonly value: string }
  /** RE2, matched as a whole. */
  | { readonly kind: 'pattern'; readonly source: string };

/**
 * Which build may run a workflow. A reusable workflow signs under its own name whatever repository calls it; the certificate says which one
 * did. Every field that is there is compared exactly, and one that the certificate lacks does not match. At least one is there.
 */
export interface ExpectedCaller {
  /** Repository that the build is of: `https://github.com/acme/ml-models`. */
  readonly sourceRepository?: string;
  /** Its number, which survives a rename and differs when the name is taken over. */
  readonly sourceRepositoryId?: string;
  readonly sourceRepositoryOwnerId?: string;
  /** `refs/heads/main` */
  readonly sourceRepositoryRef?: string;
  /** Event that started the build: `push`. */
  readonly buildTrigger?: string;
  /** `github-hosted`, `self-hosted` */
  readonly runnerEnvironment?: string;
  /** Top-level workflow with its ref. */
  readonly buildConfig?: string;
}

/** One accepted signer of a keyless authority: issuer, subject and, of a workflow, its caller must match. */
export interface Identity {
  readonly issuer: string;
  readonly subject: SubjectMatcher;
  /** Absent where the subject is no workflow, or where any caller will do. */
  readonly caller?: ExpectedCaller;
  /** The workflow may be called from any repository, as the file says in so many words. */
  readonly anyCaller?: true;
}

export type Authority =
  | {
      readonly kind: 'keyless';
      readonly name: string;
      /** Name of an entry of `trustRoots`. */
      readonly trustRoot: string;
      readonly identities: readonly Identity[];
    }
  | {
      readonly kind: 'key';
      readonly name: string;
      /** The public key: PEM inline, a PEM file relative to the policy file, or a key in a KMS. */
      readonly key:
        | { readonly kind: 'data'; readonly pem: string }
        | { readonly kind: 'path'; readonly path: string }
        | { readonly kind: 'kms'; readonly reference: string };
      /** Trust root whose log must hold the signature; absent: the signature needs no log entry. */
      readonly trustRoot?: string;
    };

/** A named set of certificate authorities, logs and timestamp authorities. Thresholds belong here, never to the bundle. */
export type TrustRoot =
  | { readonly kind: 'public-good'; readonly name: string; readonly thresholds: TrustRootThresholds }
  | {
      readonly kind: 'file';
      readonly name: string;
      /** Sigstore trusted_root.json, relative to the policy file. */
      readonly path: string;
      readonly thresholds: TrustRootThresholds;
    }
  | {
      readonly kind: 'tuf';
      readonly name: string;
      /** TUF repository that serves `trusted_root.json`. */
      readonly url: string;
      /** Its first root.json, relative to the policy file. */
      readonly root: string;
      readonly thresholds: TrustRootThresholds;
    };

/** How many independent witnesses a signature under this trust root needs. */
export interface TrustRootThresholds {
  /** Transparency log entries (default 1). */
  readonly transparencyLog: number;
  /** Signed certificate timestamps (default 1). */
  readonly certificateTransparency: number;
  /** Trusted times, from logs or timestamp authorities (default 1). */
  readonly timestamps: number;
}

/** Some images and who may sign them. All policies that cover an image must hold; within one, any authority suffices. */
export interface ImagePolicy {
  readonly name: string;
  readonly mode: 'enforce' | 'warn';
  /** Globs over `registry/repository`: `*` within one path segment, `**` across segments. */
  readonly images: readonly string[];
  readonly authorities: readonly Authority[];
  /** Different signers that must have signed the image itself. 0 only together with attestations, which then carry the trust. */
  readonly signatureThreshold: number;
  readonly attestations: readonly AttestationRequirement[];
  /** How old, by trusted time, a signature may be that counts; absent: of any age. */
  readonly freshness?: { readonly maxSignatureAge: Duration };
  /** What to do when the signer differs from that of the recorded verdict; absent: nothing. */
  readonly continuity?: 'warn' | 'enforce';
  /** What to do with another digest than the recorded one that was signed before it; absent: nothing. */
  readonly rollback?: 'warn' | 'enforce';
}

export interface TrustPolicy {
  readonly trustRoots: readonly TrustRoot[];
  readonly policies: readonly ImagePolicy[];
  /** What to do with an image that no policy covers. */
  readonly unmatchedImages: 'deny' | 'warn' | 'allow';
  /** Images that may run for a while although a policy does not hold. */
  readonly exceptions?: readonly PolicyException[];
}
