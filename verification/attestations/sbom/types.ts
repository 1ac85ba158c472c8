export type SbomFormat = 'cyclonedx' | 'spdx';

/** What a requirement asks of a software bill of materials, whatever its format. */
export interface Sbom {
  readonly format: SbomFormat;
  readonly specVersion: string;
  /** Packages, files and services that it lists, without the thing that it describes. */
  readonly components: number;
  /** When the document says that it was made. */
  readonly createdAt?: Date;
  /** `sha256:…` that it gives for the thing that it describes; empty when it gives none. */
  readonly describedDigests: readonly string[];
}
