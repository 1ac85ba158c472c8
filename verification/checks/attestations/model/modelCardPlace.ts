import type { RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import type { RequirementPlace } from '../../../findings/attestations';

/** Where a finding about the content of one attestation belongs. */
export interface StatedIn extends RequirementPlace {
  readonly predicateType: string;
  readonly source: string;
}

export const statedIn = ({ predicateType, source }: VerifiedAttestation, context: RequirementContext): StatedIn => ({
  reference: context.reference,
  policy: context.policy,
  requirement: context.requirement,
  predicateType,
  source,
});
