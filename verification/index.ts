/** The public core: verify images under a trust policy, and put findings into words. */
export type { Finding, FindingCode, Signer, SignatureLayout, ExpectedSigner, TrustPolicyProblem } from './finding';
export type { Verdict, PolicyEvidence, Enforcement } from './verdict';
export type { Result } from './result';
export { ImageVerifier } from './imageVerifier';
export type { ImageVerifierOptions } from './imageVerifier';
export { previousVerdictOf } from './lifecycle/previousVerdicts';
export type { PreviousVerdict, PreviousVerdicts, RecordedSigner } from './lifecycle/previousVerdicts';
export type { LintFinding } from './findings/policyLint';
export type { VerificationCacheOptions } from './cache';
export { loadTrustPolicy, loadInlineTrustPolicy, findTrustPolicy, TRUST_POLICY_FILE } from './loadTrustPolicy';
export type { LoadedTrustPolicy } from './loadTrustPolicy';
export { describeFinding, formatFinding, formatFindings, findingPage } from './describeFinding';
export type { FindingDescription } from './describeFinding';
export { parseReference, parseRepository } from './registry/reference';
export type { ImageReference, Repository } from './registry/types';
export { renderVerificationSummary } from './attestations/provenance/verificationSummaryStatement';
export type { CustomChecks, CustomPredicateCheck, VerifiedAttestation } from './attestations/types';
