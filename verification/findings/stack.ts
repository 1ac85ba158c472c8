/** Findings about the text of a stack, before any registry is asked. */
export type StackFinding =
  /** A tag can be moved between the check and the deployment. */
  | { readonly code: 'image-unpinned'; readonly reference: string; readonly digest?: string }
  /** The value is computed by a resource that does not exist yet. */
  | { readonly code: 'image-unknown'; readonly what: string }
  /** The field is there and is not what the resource type promises. */
  | { readonly code: 'image-unreadable'; readonly expected: string; readonly found: string }
  | RunningDigestUnknown;

/** A running container names a tag, and its status does not say which digest was pulled: what runs is not known. */
export interface RunningDigestUnknown {
  readonly code: 'running-digest-unknown';
  readonly reference: string;
  /** What the status has instead of a digest. */
  readonly found: string;
}

/** A fault in our own code: never lets an image through, and asks to be reported. */
export type InternalFinding = { readonly code: 'internal-error'; readonly during: string; readonly reason: string };
