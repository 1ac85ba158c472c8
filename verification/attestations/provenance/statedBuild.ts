import type { Stated } from './slsaProvenanceFields';

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
