import type { AttestationCheck } from '../../attestations/types';
import type { CustomRequirement } from '../../trust-policy/requirements/custom';

/** An attestation of any type: that it is there, signed by the right people and about this image, is all that is asked. */
export const customCheck: AttestationCheck<CustomRequirement> = {
  predicateTypes: ({ predicateType }) => [predicateType],
  check: (_requirement, [newest]) => ({ findings: [], warnings: [], used: [newest] }),
};
