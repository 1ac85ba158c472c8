import type { Processes } from '../../../policy-pack/project/processes';

/** A process of a made-up system, from the pack upwards; without `directory` the system hides it. */
export interface FakeProcess {
  readonly args: readonly string[];
  readonly directory?: string;
}

export const ENGINE_ADDRESS = '127.0.0.1:45678';

/** Process id of the pack in `fakeProcesses`; each ancestor has the next one. */
export const PACK_PID = 100;

/** A system with one chain of processes: the pack first, each followed by its parent. */
export function fakeProcesses(chain: readonly FakeProcess[]): Processes {
  const at = (pid: number): FakeProcess | undefined => chain[pid - PACK_PID];
  return {
    record: (pid) => Promise.resolve(at(pid) && { parent: pid + 1, args: at(pid)?.args ?? [] }),
    directory: (pid) => Promise.resolve(at(pid)?.directory),
  };
}

const PACK_DIRECTORY = '/packs/model-supply-chain';

/** The chain of a pack that a language host starts. */
export const hostedChain = (
  directories: { readonly cli?: string; readonly host?: string },
  between: readonly FakeProcess[] = [],
): readonly FakeProcess[] => [
  { args: ['node', '/modules/run-policy-pack', ENGINE_ADDRESS, PACK_DIRECTORY], directory: PACK_DIRECTORY },
  ...between,
  {
    args: ['pulumi-language-nodejs', '--logflow', '-v=3', ENGINE_ADDRESS],
    ...(directories.host !== undefined && { directory: directories.host }),
  },
  { args: ['pulumi', 'preview'], ...(directories.cli !== undefined && { directory: directories.cli }) },
  { args: ['bash'], directory: '/' },
];

/** A shim of a version manager that starts `node` and waits for it. */
export const NODE_SHIM: FakeProcess = {
  args: ['sh', '/shims/node', '/modules/run-policy-pack', ENGINE_ADDRESS, PACK_DIRECTORY],
  directory: PACK_DIRECTORY,
};
