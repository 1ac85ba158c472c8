import { PredicateFields } from './slsaProvenanceFields';
import type { MalformedField, Stated } from './slsaProvenanceFields';
import { readProvenanceV02 } from './slsaProvenanceV02';
import { readProvenanceV1 } from './slsaProvenanceV1';

/** https://slsa.dev/spec/v1.1/provenance */
export const SLSA_PROVENANCE_V1 = 'https://slsa.dev/provenance/v1';
/** https://slsa.dev/spec/v0.2/provenance, which slsa-github-generator and Tekton Chains still write. */
export const SLSA_PROVENANCE_V02 = 'https://slsa.dev/provenance/v0.2';

/** What a provenance predicate says about a build, whatever its version; nothing of it is compared with the certificate yet. */
export interface StatedBuild {
  readonly builderId: Stated;
  readonly buildType: Stated;
  /** Repository in one spelling: `https://github.com/acme/ml-models`. */
  readonly sourceRepository?: Stated;
  readonly sourceRef?: Stated;
  /** Git commit, hexadecimal. */
  readonly commit?: Stated;
  /** Build definition: a file in the repository, or the recorded steps. */
  readonly definition?: Stated;
  /** The definition when it is a CI workflow, so that it can be held against the certificate: `.github/workflows/release.yml`. */
  readonly workflow?: Stated;
  readonly runnerEnvironment?: Stated;
  readonly trigger?: Stated;
  readonly invocation?: Stated;
  /** End of the build, or its start when the end is not told. */
  readonly builtAt?: { readonly time: Date; readonly path: string };
}

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
