export type LifecycleFinding = never;
