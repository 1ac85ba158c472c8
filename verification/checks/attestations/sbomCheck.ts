import type { AttestationCheck } from '../../attestations/types';
import type { SbomRequirement } from '../../trust-policy/requirements/sbom';

const PREDICATE_TYPES = ['https://cyclonedx.org/bom', 'https://spdx.dev/Document'];

export const sbomCheck: AttestationCheck<SbomRequirement> = {
  predicateTypes: () => PREDICATE_TYPES,
  check: (_requirement, [newest]) => ({ findings: [], warnings: [], used: [newest] }),
};
