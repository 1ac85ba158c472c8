import type * as Evidence from './evidence';

let loading: Promise<typeof Evidence> | undefined;

/** The code that looks at evidence, loaded when it is first asked for: asked for while a registry answers, it costs nobody any time. */
export function loadEvidence(): Promise<typeof Evidence> {
  loading ??= import('./evidence.js');
  return loading;
}

/** The same a moment later, so that what is about to be sent leaves first. */
export function loadEvidenceSoon(): void {
  // What goes wrong is told by `loadEvidence`.
  if (loading === undefined) setTimeout(() => void loadEvidence().catch(() => undefined), 1);
}
