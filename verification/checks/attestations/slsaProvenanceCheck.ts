import type { AttestationCheck } from '../../attestations/types';
import type { SlsaProvenanceRequirement } from '../../trust-policy/requirements/slsaProvenance';

const PREDICATE_TYPES = ['https://slsa.dev/provenance/v1', 'https://slsa.dev/provenance/v0.2'];

export const slsaProvenanceCheck: AttestationCheck<SlsaProvenanceRequirement> = {
  predicateTypes: () => PREDICATE_TYPES,
  check: (_requirement, [newest]) => ({ findings: [], warnings: [], used: [newest] }),
};
