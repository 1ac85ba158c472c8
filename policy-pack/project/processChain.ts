import { linuxProcesses } from './linuxProcesses';
import { macosProcesses } from './macosProcesses';
import type { Processes } from './processes';

/** Who started the pack: the engine, in most cases through a language host. */
export interface ProcessChain {
  /** How the pack was started: in its own directory by a language host, or directly as an executable file in the program's directory. */
  readonly form: 'hosted' | 'executable';
  /** Where the engine started the language host or the executable: the directory of the program. */
  readonly program: string | undefined;
  /** Current directory of `pulumi`, after `-C`. */
  readonly cli: string | undefined;
  /** Why something above is missing. */
  readonly reason?: string;
}

/** What the pack knows about itself. */
export interface OwnProcess {
  readonly pid: number;
  /** Set when the pack was started as an executable file: the current directory at that moment. */
  readonly startedIn?: string;
}

/** More ancestors than any real chain has. */
const MAX_ANCESTORS = 32;

/** `127.0.0.1:45678`, as the engine hands its address over. */
const ADDRESS = /^(?:\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i;

/** The processes of this system; `undefined` where none of its tools says where a process is. */
export function systemProcesses(): Processes | undefined {
  if (process.platform === 'linux') return linuxProcesses();
  return process.platform === 'darwin' ? macosProcesses() : undefined;
}

/**
 * Reads the ancestors of the pack. The engine tells a pack no directory, and the variable PWD is that of the caller, whatever `-C` says; but
 * the engine starts the language host in the directory of the program, and its own parent is where it was told to be.
 */
export async function readProcessChain(processes: Processes | undefined, own: OwnProcess): Promise<ProcessChain> {
  const { startedIn } = own;
  const without = (reason: string): ProcessChain =>
    startedIn === undefined
      ? { form: 'hosted', program: undefined, cli: undefined, reason }
      : { form: 'executable', program: startedIn, cli: undefined, reason };
  if (processes === undefined) return without(`${process.platform} shows the directory of no other process`);
  const pack = await processes.record(own.pid);
  if (pack === undefined) return without('the system shows no processes');
  const address = pack.args.findLast((argument) => ADDRESS.test(argument));
  if (address === undefined) return without('the address of the engine is not among the arguments of the pack');
  // The highest ancestor without a gap: a version manager may have put a process of its own between host and pack.
  let host: number | undefined;
  let next = pack.parent;
  for (let steps = 0; steps < MAX_ANCESTORS; steps++) {
    const ancestor = await processes.record(next);
    if (ancestor?.args.includes(address) !== true) break;
    host = next;
    next = ancestor.parent;
  }
  if (startedIn !== undefined) return chain('executable', startedIn, await processes.directory(next));
  if (host === undefined) return without('the pack was not started by a language host of this engine');
  return chain('hosted', await processes.directory(host), await processes.directory(next));
}

function chain(form: ProcessChain['form'], program: string | undefined, cli: string | undefined): ProcessChain {
  const hidden = [...(program === undefined ? ['the language host'] : []), ...(cli === undefined ? ['pulumi'] : [])];
  return { form, program, cli, ...(hidden.length > 0 && { reason: `the system hides the directory of ${hidden.join(' and ')}` }) };
}
