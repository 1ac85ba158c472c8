/** Exit codes of every command: a contract with scripts and workflows. */
export const EXIT = {
  /** Everything was checked, and all is well. */
  ok: 0,
  /** The trust policy, or the cluster's own report, rejects something. */
  rejected: 1,
  /** Nothing is known to be wrong, and something could not be checked. */
  unchecked: 2,
  /** The command was called wrongly: options or input. */
  usage: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
