import type { AttestationCheck } from '../../attestations/types';
import type { EvaluationRequirement } from '../../trust-policy/requirements/evaluation';

const PREDICATE_TYPES = ['https://in-toto.io/attestation/test-result/v0.1'];

export const evaluationCheck: AttestationCheck<EvaluationRequirement> = {
  predicateTypes: () => PREDICATE_TYPES,
  check: (_requirement, [newest]) => ({ findings: [], warnings: [], used: [newest] }),
};
