/** Who signed, as read from a verified (or, in near misses, merely well-formed) signature. */
export type Signer =
  | { readonly kind: 'certificate'; readonly issuer: string; readonly subject: string }
  | { readonly kind: 'key'; readonly fingerprint: string };

/** A field of the caller of a workflow in which a certificate differs from what the policy expects. */
export interface CallerDifference {
  /** As the trust policy writes it: `sourceRepository`. */
  readonly field: string;
  readonly expected: string;
  /** Absent: the certificate does not say it, which never matches. */
  readonly found?: string;
}

/** Where a signature was found in the registry. */
export type SignatureLayout = 'bundle-referrer' | 'legacy-tag' | 'legacy-referrer';

/** One problem of a trust policy or model lock. */
export interface TrustPolicyProblem {
  /** Path of the field, in the user's words: `policies[0].authorities[1].keyless.identities[0].subject`; empty for the whole file. */
  readonly path: string;
  /** 1-based position in the file, when it is known. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong and what is expected there. */
  readonly message: string;
}

/** An identity or key that a policy would have accepted, in words. */
export interface ExpectedSigner {
  readonly authority: string;
  /** `subject … issued by …`, or `key …`. */
  readonly description: string;
  /** Set when the authority is keyless: lets `cosign verify` flags be printed. */
  readonly identity?: { readonly issuer: string; readonly subject: string; readonly subjectIsPattern: boolean };
}

/** A glob that an uncovered image differs from in one part only. */
export interface NearMiss {
  readonly policy: string;
  readonly glob: string;
  readonly part: 'registry' | 'port' | 'name';
  /** That part in the glob, and in the image. */
  readonly expected: string;
  readonly found: string;
}
