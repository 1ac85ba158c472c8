import type { Finding, SignatureLayout, Signer } from '../finding';

/**
 * Claims that Fulcio copied from the identity token into the certificate, so the signer cannot choose them.
 * https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
export interface CertificateClaims {
  /** .9 Build signer URI: the workflow that asked for the certificate, with its ref. */
  readonly buildSignerUri?: string;
  /** .11 `github-hosted` or `self-hosted`. */
  readonly runnerEnvironment?: string;
  /** .12 */
  readonly sourceRepositoryUri?: string;
  /** .13 Commit. */
  readonly sourceRepositoryDigest?: string;
  /** .14 `refs/heads/main` */
  readonly sourceRepositoryRef?: string;
  /** .15 Numeric id, which survives a rename. */
  readonly sourceRepositoryIdentifier?: string;
  /** .16 */
  readonly sourceRepositoryOwnerUri?: string;
  /** .18 Top-level workflow, with its ref. */
  readonly buildConfigUri?: string;
  /** .20 `push`, `workflow_dispatch` ... */
  readonly buildTrigger?: string;
  /** .21 */
  readonly runInvocationUri?: string;
}

/**
 * An attestation whose cryptography, signer and subject hold: it is about this image and by somebody whom the requirement accepts. What its
 * predicate says is for the check of the requirement.
 */
export interface VerifiedAttestation {
  readonly predicateType: string;
  /** Parsed from the signed bytes; its shape is not checked yet. */
  readonly predicate: unknown;
  readonly signer: Signer;
  /** Name of the authority that accepted the signer. */
  readonly authority: string;
  readonly layout: SignatureLayout;
  /** Digest of the manifest or layer that it came from, for messages. */
  readonly source: string;
  /** Trusted signing time, ISO 8601; absent when nothing timed the signature. */
  readonly signedAt?: string;
  /** What the certificate authority certified about the build beside the subject (Fulcio's extensions); absent for keys. */
  readonly claims?: CertificateClaims;
}

/** What a check of attestations knows beside them. */
export interface RequirementContext {
  readonly reference: string;
  /** Digest that the attestations are about, `sha256:…`. */
  readonly digest: string;
  readonly policy: string;
  /** Name of the requirement in the policy. */
  readonly requirement: string;
  /** Policy time: the time of the run, or the one that the policy fixes for reproducible runs. Never read the clock elsewhere. */
  readonly now: Date;
  /** All verified attestations about the image, of any type: for consistency between them (model card against provenance). */
  readonly all: readonly VerifiedAttestation[];
}

/** How a requirement came out. It holds when there are no findings. */
export interface RequirementResult {
  readonly findings: readonly Finding[];
  /** Early warnings of a requirement that holds. */
  readonly warnings: readonly Finding[];
  /** The attestations on which a positive answer rests. */
  readonly used: readonly VerifiedAttestation[];
}

/**
 * The check of one kind of requirement. It gets only verified attestations of the predicate types that it names, newest first by trusted
 * time, and at least one.
 */
export interface AttestationCheck<Requirement> {
  /** Exact predicate types, in the order of preference. */
  readonly predicateTypes: (requirement: Requirement) => readonly string[];
  readonly check: (
    requirement: Requirement,
    attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]],
    context: RequirementContext,
  ) => RequirementResult;
}
