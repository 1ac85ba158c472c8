import type { AttestationFinding } from './findings/attestations';
import type { ProvenanceFinding } from './findings/provenance';
import type { SbomFinding } from './findings/sbom';
import type { VulnerabilityFinding } from './findings/vulnerabilities';
import type { ModelCardFinding } from './findings/modelCard';
import type { LifecycleFinding } from './findings/lifecycle';
import type { DiscoveryFinding } from './findings/discovery';
import type { ReferenceFinding, RegistryFinding } from './findings/registry';
import type { SignatureFinding } from './findings/signatures';
import type { InternalFinding, StackFinding } from './findings/stack';
import type { TrustPolicyFinding, TrustRootFinding } from './findings/trust';

/**
 * Findings: everything that verification can have to say, as data. `describeFinding` is the only place that turns one into text,
 * and every code has a page `docs/findings/<code>.md`.
 */

export type { CallerDifference, ExpectedSigner, SignatureLayout, Signer, TrustPolicyProblem } from './findings/parts';
export type { ReferenceFinding, RegistryFinding } from './findings/registry';
export type { SignatureFinding } from './findings/signatures';
export type { InternalFinding, StackFinding } from './findings/stack';
export type { TrustPolicyFinding, TrustRootFinding } from './findings/trust';

export type Finding =
  | ReferenceFinding
  | RegistryFinding
  | TrustPolicyFinding
  | TrustRootFinding
  | SignatureFinding
  | AttestationFinding
  | ProvenanceFinding
  | SbomFinding
  | VulnerabilityFinding
  | ModelCardFinding
  | LifecycleFinding
  | DiscoveryFinding
  | StackFinding
  | InternalFinding;

export type FindingCode = Finding['code'];
