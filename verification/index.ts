/** The public core: verify images under a trust policy, and put findings into words. */
export type { Finding, FindingCode, Signer, SignatureLayout, ExpectedSigner, TrustPolicyProblem } from './finding';
export type { NamedFile } from './findings/trust';
export type { Verdict, PolicyEvidence, Enforcement } from './verdict';
export type { Result } from './result';
export { ImageVerifier } from './imageVerifier';
export type { ImageVerifierOptions } from './imageVerifier';
export { previousVerdictOf } from './lifecycle/previousVerdicts';
export type { PreviousVerdict, PreviousVerdicts, RecordedSigner } from './lifecycle/previousVerdicts';
export { renderModelLock } from './model-lock/renderModelLock';
export { MODEL_LOCK_FILE } from './loadTrustPolicy';
export type { LintFinding } from './findings/policyLint';
export type { VerificationCacheOptions } from './cache';
export { loadTrustPolicy, loadInlineTrustPolicy } from './loadTrustPolicy';
export { chooseTrustPolicy } from './chooseTrustPolicy';
export type { ChosenTrustPolicy, ProjectDirectory } from './chooseTrustPolicy';
export {
  findTrustPolicy,
  guardProblem,
  isSamePlace,
  missing,
  outermostRepositoryOf,
  repositoryOf,
  searchTrustPolicy,
  TRUST_POLICY_FILE,
  TRUST_POLICY_VARIABLE,
} from './findTrustPolicy';
export type { TrustPolicySearch } from './findTrustPolicy';
export { describeTrustPolicySource } from './describe/trustPolicySource';
export { readTopLevel } from './trust-policy/readTopLevel';
export type { LoadedTrustPolicy } from './loadTrustPolicy';
export { describeFinding, formatFinding, formatFindings, findingPage } from './describeFinding';
export type { FindingDescription } from './describeFinding';
export { parseReference, parseRepository } from './reference/reference';
export type { ImageReference, Repository } from './registry/types';
export { renderVerificationSummary } from './attestations/provenance/verificationSummaryStatement';
export type { CustomChecks, CustomPredicateCheck, VerifiedAttestation } from './attestations/types';
