import type { AttestationCheck } from '../../attestations/types';
import type { VerificationSummaryRequirement } from '../../trust-policy/requirements/verificationSummary';

const PREDICATE_TYPES = ['https://slsa.dev/verification_summary/v1'];

export const verificationSummaryCheck: AttestationCheck<VerificationSummaryRequirement> = {
  predicateTypes: () => PREDICATE_TYPES,
  check: (_requirement, [newest]) => ({ findings: [], warnings: [], used: [newest] }),
};
