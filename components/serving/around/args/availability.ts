/** How strictly the pods of a server are kept apart. */
export const SpreadMode = {
  /** Apart where the cluster has room for it. */
  Preferred: 'preferred',
  /** Apart, or not scheduled: a zone or node that fails takes at most its share. */
  Required: 'required',
} as const;
export type SpreadMode = (typeof SpreadMode)[keyof typeof SpreadMode];
