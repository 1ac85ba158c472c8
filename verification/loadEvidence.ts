import type * as Evidence from './evidence';

let loading: Promise<typeof Evidence> | undefined;

/** The code that looks at evidence, loaded when it is first asked for: asked for while a registry answers, it costs nobody any time. */
export function loadEvidence(): Promise<typeof Evidence> {
  loading ??= import('./evidence.js');
  return loading;
}

let soon: Promise<void> | undefined;

/**
 * The same a moment later: what is about to be sent waits for its connection, and should leave before this takes the processor.
 *
 * @returns when it is loaded; what goes wrong is told by `loadEvidence`
 */
export function loadEvidenceSoon(): Promise<void> {
  soon ??= aMomentLater()
    .then(loadEvidence)
    .then(
      () => undefined,
      () => undefined,
    );
  return soon;
}

/** Two turns of the event loop: connections are made in one, and requests written in the next. */
const aMomentLater = (): Promise<void> => new Promise((resolve) => setTimeout(() => setImmediate(() => setImmediate(resolve)), 1));
