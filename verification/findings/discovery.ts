export type DiscoveryFinding = never;
