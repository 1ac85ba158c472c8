/** What this system says about a process. */
export interface ProcessRecord {
  readonly parent: number;
  readonly args: readonly string[];
}

/** The processes of this system, as far as we may look; a process of another user may be hidden. */
export interface Processes {
  /** @returns `undefined` when the process is gone or hidden */
  record(pid: number): Promise<ProcessRecord | undefined>;
  /** Its current directory, without symbolic links; `undefined` when the process is gone or hidden. */
  directory(pid: number): Promise<string | undefined>;
}
