import type { RequirementPlace } from './attestations';

/** Findings about a software bill of materials, and about times that no honest attestation of any kind has. */
export type SbomFinding =
  /** It says that it describes another image. */
  | ({
      readonly code: 'sbom-subject-mismatch';
      readonly source: string;
      readonly expected: string;
      readonly found: readonly string[];
    } & RequirementPlace)
  | ({
      readonly code: 'sbom-too-small';
      readonly source: string;
      readonly components: number;
      readonly minComponents: number;
    } & RequirementPlace)
  | ({
      readonly code: 'sbom-too-old';
      readonly source: string;
      /** Its own timestamp, ISO 8601; absent when it has none. */
      readonly createdAt?: string;
      /** In words: `12 days`. */
      readonly age?: string;
      readonly maxAge: string;
    } & RequirementPlace)
  /** It claims a time after it was signed, or after now. */
  | ({
      readonly code: 'attestation-time-implausible';
      readonly predicateType: string;
      readonly source: string;
      /** The claimed time, ISO 8601. */
      readonly claimed: string;
      /** The time that it cannot be after, ISO 8601. */
      readonly latest: string;
      readonly latestIs: 'signing time' | 'policy time';
    } & RequirementPlace);
