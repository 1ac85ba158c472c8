import type { RequirementPlace } from './attestations';

/** A vulnerability in a message. */
export interface ReportedVulnerability {
  readonly id: string;
  readonly package?: string;
  readonly version?: string;
  readonly fixedVersion?: string;
  /** `critical`, or `unknown` when nothing rates it. */
  readonly severity: string;
}

/** Findings about vulnerability scans. */
export type VulnerabilityFinding =
  /** The scan that counts reports vulnerabilities above the allowed severity. */
  | ({
      readonly code: 'vulnerabilities-found';
      readonly source: string;
      readonly scanner?: string;
      readonly maxSeverity: string;
      /** The worst, at most ten. */
      readonly worst: readonly ReportedVulnerability[];
      /** All above the allowed severity, without those that a fix or VEX statement takes away. */
      readonly count: number;
      /** What unrated vulnerabilities counted as; absent when there are none among `worst`. */
      readonly unknownCountsAs?: string;
      /** How many were left out, and why; VEX documents that did not count. */
      readonly notes: readonly string[];
    } & RequirementPlace)
  | ({
      readonly code: 'vulnerability-scan-too-old';
      readonly source: string;
      /** ISO 8601; absent when neither the scan nor its signature has a time. */
      readonly scannedAt?: string;
      /** In words: `12 days`. */
      readonly age?: string;
      readonly maxAge: string;
    } & RequirementPlace)
  /** Warning: the scan will soon be too old. */
  | ({
      readonly code: 'vulnerability-scan-ageing';
      readonly source: string;
      readonly age: string;
      readonly maxAge: string;
      /** When the requirement will fail, ISO 8601. */
      readonly until: string;
    } & RequirementPlace)
  | ({
      readonly code: 'vulnerability-database-too-old';
      readonly source: string;
      /** ISO 8601; absent when the attestation does not say. */
      readonly updatedAt?: string;
      readonly scannedAt?: string;
      readonly age?: string;
      readonly maxAge: string;
    } & RequirementPlace)
  | ({
      readonly code: 'vulnerability-scanner-not-accepted';
      readonly source: string;
      /** Name and version; absent when the attestation does not say. */
      readonly scanner?: string;
      readonly expected: readonly string[];
    } & RequirementPlace)
  /** Warning: which scan is the newest rests on what the scans say about themselves. */
  | ({ readonly code: 'vulnerability-scan-untimed'; readonly source: string } & RequirementPlace)
  /** Warning: a scan that holds has vulnerabilities that nobody rated. */
  | ({
      readonly code: 'vulnerability-severity-unknown';
      readonly source: string;
      readonly count: number;
      readonly countsAs: string;
      readonly examples: readonly string[];
    } & RequirementPlace);
