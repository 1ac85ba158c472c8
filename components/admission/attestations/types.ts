/** One predicate type under which an attestation is accepted, and what its predicate must say. */
export interface AttestationForm {
  /** Full URI: Kyverno verifies aliases (`cyclonedx`) too, and then cannot read what they say. */
  readonly predicateType: string;
  /** CEL over `p`, the predicate, and `i`, the image; all must hold. A predicate without the field is an error, which denies. */
  readonly conditions: readonly string[];
}

/** What of a requirement the cluster cannot hold as the preview does. */
export interface Gap {
  /** What is not looked at, or looked at more strictly. */
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** A requirement of the trust policy in the words of Kyverno: any one form suffices. */
export interface RenderedRequirement {
  readonly forms: readonly AttestationForm[];
  /** Looked at by preview and promotion only. */
  readonly previewOnly: readonly Gap[];
  /** Refused by the cluster although the preview accepts it. */
  readonly stricter: readonly Gap[];
}

/** The way out of every gap. */
export const USE_SUMMARY = 'set verificationSummary, and sign the verdict of the gate as a verification summary when the image is promoted';
