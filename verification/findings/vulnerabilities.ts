export type VulnerabilityFinding = never;
