import type { Finding, SignatureLayout, Signer } from '../finding';

/**
 * Claims that Fulcio copied from the identity token into the certificate, so the signer cannot choose them.
 * https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
export interface CertificateClaims {
  /** .9 Build signer URI: the workflow that asked for the certificate, with its ref. */
  readonly buildSignerUri?: string;
  /** .10 Commit of that workflow. */
  readonly buildSignerDigest?: string;
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
  /** .17 Numeric id of the owner. */
  readonly sourceRepositoryOwnerIdentifier?: string;
  /** .18 Top-level workflow, with its ref. */
  readonly buildConfigUri?: string;
  /** .19 Commit of that workflow. */
  readonly buildConfigDigest?: string;
  /** .20 `push`, `workflow_dispatch` ... */
  readonly buildTrigger?: string;
  /** .21 */
  readonly runInvocationUri?: string;
  /** .22 `public`, `private` ... at the time of signing. */
  readonly sourceRepositoryVisibility?: string;
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
  /** Trusted signing time, ISO 8601: it was signed then at the latest. Absent when nothing timed the signature. */
  readonly signedAt?: string;
  /** When its certificate began, ISO 8601: it was signed then at the earliest. Absent for keys. */
  readonly signedAfter?: string;
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
  /** Checks in code for `custom` requirements, by the name of the requirement. */
  readonly customChecks?: CustomChecks;
}

/**
 * A check in code of what an attestation of one's own type says, for what `fields` of a `custom` requirement cannot express. It gets one
 * attestation whose cryptography, signer and subject hold, and runs after `fields`.
 *
 * It must be pure: no clock but `now`, no network, the same answer for the same attestation. What it throws makes the verdict `undetermined`.
 * Admission control cannot run it, so what must hold in the cluster too belongs into the trust policy.
 *
 * @returns what is wrong, a line each; empty when the attestation holds
 * @example
 * const tests: CustomPredicateCheck = ({ predicate }) => (isRedTeamReport(predicate) && predicate.open === 0 ? [] : ['open issues are left']);
 */
export type CustomPredicateCheck = (
  attestation: VerifiedAttestation,
  context: { readonly reference: string; readonly digest: string; readonly now: Date },
) => readonly string[];

/** Checks in code by the name of the `custom` requirement that they belong to. */
export type CustomChecks = ReadonlyMap<string, CustomPredicateCheck>;

/** How a requirement came out. It holds when there are no findings. */
export interface RequirementResult {
  readonly findings: readonly Finding[];
  /** Early warnings of a requirement that holds. */
  readonly warnings: readonly Finding[];
  /** The attestations on which a positive answer rests. */
  readonly used: readonly VerifiedAttestation[];
}

/** Attestations of which a check needs to know beside its own: VEX by somebody else, the provenance that a model card must agree with. */
export interface SupportingAttestations {
  readonly predicateTypes: readonly string[];
  /** Names of the authorities whose attestations are gathered; default: every one of the policy. */
  readonly authorities?: readonly string[];
}

/**
 * The check of one kind of requirement. It gets only verified attestations of the predicate types that it names, newest first by trusted
 * time, and at least one.
 */
export interface AttestationCheck<Requirement> {
  /** Exact predicate types, in the order of preference. */
  readonly predicateTypes: (requirement: Requirement) => readonly string[];
  /** Gathered into `RequirementContext.all` only; having none of them is for the check to judge. */
  readonly supporting?: (requirement: Requirement) => SupportingAttestations | undefined;
  readonly check: (
    requirement: Requirement,
    attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]],
    context: RequirementContext,
  ) => RequirementResult;
}
