import type * as Hardening from '../hardening';

/** The layer that judges pods. */
export type HardeningLayer = typeof Hardening;

let loaded: Promise<HardeningLayer> | undefined;

/** Loads it once, on first use: the engine waits for our port, and none of this is needed to open one. */
export function hardeningLayer(): Promise<HardeningLayer> {
  loaded ??= import('../hardening/index.js');
  return loaded;
}
