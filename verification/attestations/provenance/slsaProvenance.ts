import { PredicateFields } from './slsaProvenanceFields';
import type { MalformedField } from './slsaProvenanceFields';
import { readProvenanceV02 } from './slsaProvenanceV02';
import { readProvenanceV1 } from './slsaProvenanceV1';
import type { StatedBuild } from './statedBuild';

/** https://slsa.dev/spec/v1.1/provenance */
export const SLSA_PROVENANCE_V1 = 'https://slsa.dev/provenance/v1';
/** https://slsa.dev/spec/v0.2/provenance, which slsa-github-generator and Tekton Chains still write. */
export const SLSA_PROVENANCE_V02 = 'https://slsa.dev/provenance/v0.2';

/**
 * Reads a provenance predicate.
 *
 * @param predicateType one of the two above
 * @param predicate parsed from the signed bytes
 * @returns what it says; or the first field that is not what the type promises
 */
export function parseProvenance(predicateType: string, predicate: unknown): StatedBuild | { readonly malformed: MalformedField } {
  const fields = new PredicateFields(predicate);
  const build = predicateType === SLSA_PROVENANCE_V1 ? readProvenanceV1(fields) : readProvenanceV02(fields);
  return fields.problem === undefined ? build : { malformed: fields.problem };
}
