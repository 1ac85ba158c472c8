/** What every finding about a weak spot of the trust policy tells. */
interface WeakSpot {
  /** Path of the field: `policies[0].authorities[0].keyless.identities[0].subjectRegExp`. */
  readonly path: string;
  /**
   * Something concrete that the policy lets in there: a signer's subject, `registry/repository` or `registry/repository@digest`. Made up, and
   * matched against the policy before it is told.
   */
  readonly accepts: string;
}

/**
 * Weak spots of a trust policy that is valid. They never decide about an image; they are told once, to whoever runs the check.
 */
export type LintFinding =
  /** A subject pattern accepts signers outside of the organisation that it names, or names none. */
  | ({ readonly code: 'policy-subject-wide'; readonly pattern: string } & WeakSpot)
  /** A `.` in the host or owner of a subject pattern stands for any character. */
  | ({ readonly code: 'policy-subject-dot'; readonly pattern: string } & WeakSpot)
  /** A subject pattern accepts every repository of an owner, or every address of a domain. */
  | ({ readonly code: 'policy-subject-organisation'; readonly pattern: string } & WeakSpot)
  /** A subject pattern accepts a branch or pull request of any name. */
  | ({ readonly code: 'policy-subject-any-branch'; readonly pattern: string } & WeakSpot)
  /** A glob accepts the repositories of every owner in a public registry. */
  | ({ readonly code: 'policy-images-wide'; readonly glob: string } & WeakSpot)
  /** A policy named like production asks for no attestation. */
  | ({ readonly code: 'policy-without-attestations'; readonly policy: string } & WeakSpot)
  /** A policy tells and does not block. */
  | ({ readonly code: 'policy-warn-only'; readonly policy: string } & WeakSpot)
  /** `signatures.threshold: 0`: the image itself need not be signed. */
  | ({ readonly code: 'policy-without-signature'; readonly policy: string } & WeakSpot)
  /** `freshness` or `rollback` where a key signs: its signatures can be timestamped again at any time. */
  | ({ readonly code: 'policy-age-of-key'; readonly policy: string; readonly rules: readonly string[] } & WeakSpot)
  /** `unmatchedImages: allow` */
  | ({ readonly code: 'policy-unmatched-allowed' } & WeakSpot)
  /** An exception that ends more than a year ahead. */
  | ({ readonly code: 'policy-exception-long'; readonly exception: string; readonly expires: string } & WeakSpot);
