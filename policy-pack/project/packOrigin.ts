import { readProcessChain, systemProcesses } from './processChain';
import type { ProcessChain } from './processChain';
import { startedIn } from './startedIn';

/** Names the trust policy by an absolute path, for runs in which the project directory is not certain, or by the choice of who runs them. */
export const TRUST_POLICY_VARIABLE = 'MODEL_SUPPLY_CHAIN_TRUST_POLICY';

/** Where the pack comes from, read when it loads: a program that embeds Pulumi may change its directory later. */
export interface PackOrigin {
  readonly chain: Promise<ProcessChain>;
  readonly pwd: string | undefined;
  /** Value of MODEL_SUPPLY_CHAIN_TRUST_POLICY; also when it is empty. */
  readonly trustPolicyVariable: string | undefined;
}

export function readPackOrigin(): PackOrigin {
  const directory = startedIn();
  const chain = readProcessChain(systemProcesses(), { pid: process.pid, ...(directory !== undefined && { startedIn: directory }) });
  chain.catch(() => undefined); // surfaces where it is awaited
  return { chain, pwd: process.env['PWD'], trustPolicyVariable: process.env[TRUST_POLICY_VARIABLE] };
}
