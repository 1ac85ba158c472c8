export type SbomFinding = never;
