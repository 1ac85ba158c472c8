import type { AttestationCheck } from '../../attestations/types';
import type { ModelCardRequirement } from '../../trust-policy/requirements/modelCard';

const PREDICATE_TYPES = ['https://cosign.sigstore.dev/attestation/v1'];

export const modelCardCheck: AttestationCheck<ModelCardRequirement> = {
  predicateTypes: () => PREDICATE_TYPES,
  check: (_requirement, [newest]) => ({ findings: [], warnings: [], used: [newest] }),
};
