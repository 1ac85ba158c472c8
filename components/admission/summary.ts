import type { Duration } from '../../verification/trust-policy/duration';
import { summaryConditions } from './attestations/verificationSummary';
import type { RenderedRequirement } from './attestations';
import { VERIFICATION_SUMMARY } from './attestations/verificationSummary';
import type { Attestor, SummaryAuthority } from './attestors';

/** Who writes the verification summaries that stand for what Kyverno cannot see, and what they must say. */
export interface SummarySigner {
  readonly authority: SummaryAuthority;
  /** The same as Kyverno wants it in an ImageValidatingPolicy. */
  readonly attestor: Attestor;
  readonly verifierId: string;
  readonly policyUri: string | undefined;
  /** `sha256:…` of the trust policy under which the gate must have decided; undefined: of any version. */
  readonly policyDigest: string | undefined;
  readonly maxAge: Duration;
  /** The signer is no workflow that other repositories may call, as the arguments say. */
  readonly anyCaller: boolean;
}

/** The requirement that our own gate verified the image: everything that the trust policy asks for, in one signed answer. */
export function summaryRequirement({ verifierId, policyUri, policyDigest, maxAge }: SummarySigner): RenderedRequirement {
  const conditions = summaryConditions({
    verifiers: [verifierId],
    verifiedLevels: [],
    policy: { uri: policyUri, digest: policyDigest },
    maxAge,
  });
  return { forms: [{ predicateType: VERIFICATION_SUMMARY, conditions }], previewOnly: [], stricter: [] };
}
