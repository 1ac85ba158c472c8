import type * as Evidence from './evidence';

let loading: Promise<typeof Evidence> | undefined;

/** The code that looks at evidence, loaded when it is first asked for: asked for while a registry answers, it costs nobody any time. */
export function loadEvidence(): Promise<typeof Evidence> {
  loading ??= import('./evidence.js');
  return loading;
}

/** The same a moment later: what is about to be sent waits for its connection, and should leave before this takes the processor. */
export function loadEvidenceSoon(): void {
  if (loading !== undefined) return;
  // What goes wrong is told by `loadEvidence`.
  const load = (): void => void loadEvidence().catch(() => undefined);
  // Two turns of the event loop: connections are made in one, and requests written in the next.
  setTimeout(() => setImmediate(() => setImmediate(load)), 1);
}
