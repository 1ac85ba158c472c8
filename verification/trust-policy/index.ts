/** The trust policy: parsing, image matching, identities. Pure; components may import it. */
export { parseTrustPolicy, parseTrustPolicyObject } from './parseTrustPolicy';
export { policiesFor } from './imageMatching';
export { describeIdentity, matchesIdentity } from './identity';
export { publicKeyProblem } from './publicKey';
export { trustPolicyJsonSchema } from './jsonSchema';
export { lintTrustPolicy } from './lint';
export type { LintFinding } from '../findings/policyLint';
export type { PolicyException } from './exceptions';
export type { AttestationRequirement, RequirementKind, RequirementTypes } from './requirements';
export type {
  Authority,
  ExpectedCaller,
  Identity,
  ImagePolicy,
  SubjectMatcher,
  TrustPolicy,
  TrustRoot,
  TrustRootThresholds,
} from './types';
