export type ModelCardFinding = never;
