/** Shared by all copies of this package in a process: the script that starts a pack need not load the copy that the pack loads. */
const STARTED_IN = Symbol.for('pulumi-model-supply-chain.startedIn');

const shared = globalThis as { [STARTED_IN]?: unknown };

/**
 * To be called by a pack that is started as an executable file (`--policy-pack FILE`), before it changes its directory: the engine starts it in
 * the directory of the program, and that is lost afterwards.
 */
export function rememberStart(): void {
  shared[STARTED_IN] = process.cwd();
}

/** The directory of `rememberStart`; `undefined` for a pack that a language host started. */
export function startedIn(): string | undefined {
  const directory = shared[STARTED_IN];
  return typeof directory === 'string' ? directory : undefined;
}
