export type ProvenanceFinding = never;
