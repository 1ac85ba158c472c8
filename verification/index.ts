/** The public core: verify images under a trust policy, and put findings into words. */
export type { Finding, FindingCode, Signer, SignatureLayout, ExpectedSigner, TrustPolicyProblem } from './finding';
export type { Verdict, PolicyEvidence, Enforcement } from './verdict';
export type { Result } from './result';
export { ImageVerifier } from './imageVerifier';
export type { ImageVerifierOptions } from './imageVerifier';
export { loadTrustPolicy, loadInlineTrustPolicy, findTrustPolicy, TRUST_POLICY_FILE } from './loadTrustPolicy';
export type { LoadedTrustPolicy } from './loadTrustPolicy';
export { describeFinding, formatFinding, formatFindings, findingPage } from './describeFinding';
export type { FindingDescription } from './describeFinding';
export { parseReference } from './registry/reference';
export type { ImageReference } from './registry/types';
