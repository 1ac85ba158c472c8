import type { SignatureFormat } from '../args';
import type { EnforcementOptions } from '../imageValidatingPolicy';

/** How ClusterPolicies are to enforce. */
export interface ClusterPolicyOptions extends EnforcementOptions {
  readonly signatureFormat: SignatureFormat;
}
