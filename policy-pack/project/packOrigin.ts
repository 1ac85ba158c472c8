import { TRUST_POLICY_VARIABLE } from '../../verification/findTrustPolicy';
import { editDistance } from '../../verification/trust-policy/editDistance';
import { readProcessChain, systemProcesses } from './processChain';
import type { ProcessChain } from './processChain';
import { startedIn } from './startedIn';

export { TRUST_POLICY_VARIABLE };

/** Where the pack comes from, read when it loads: a program that embeds Pulumi may change its directory later. */
export interface PackOrigin {
  readonly chain: Promise<ProcessChain>;
  readonly pwd: string | undefined;
  /** Value of MODEL_SUPPLY_CHAIN_TRUST_POLICY; also when it is empty. */
  readonly trustPolicyVariable: string | undefined;
  /** Names of variables that were meant to be it; see `similarVariables`. */
  readonly similarVariables?: readonly string[];
}

/**
 * Variables that are probably meant to name the trust policy. One of them would have no effect, and the file of the project would decide
 * instead of the one that the pipeline names.
 *
 * @param names of the environment
 */
export function similarVariables(names: readonly string[]): readonly string[] {
  return names.filter((name) => {
    const letters = lettersOf(name);
    return name !== TRUST_POLICY_VARIABLE && (OTHER_WORDS.test(letters) || editDistance(letters, OWN_LETTERS) <= 3);
  });
}

const lettersOf = (name: string): string => name.toUpperCase().replace(/[^A-Z]/g, '');
const OWN_LETTERS = lettersOf(TRUST_POLICY_VARIABLE);
/** `MODEL_GATE_TRUST_POLICY`, `MODEL_SUPPLY_CHAIN_TRUST_POLICY_FILE` */
const OTHER_WORDS = /^(?:PULUMI)?MODEL(?:SUPPLYCHAIN|GATE)(?:TRUST)?POLICY(?:FILE|PATH|YAML)?$/;

export function readPackOrigin(): PackOrigin {
  const directory = startedIn();
  const chain = readProcessChain(systemProcesses(), { pid: process.pid, ...(directory !== undefined && { startedIn: directory }) });
  chain.catch(() => undefined); // surfaces where it is awaited
  return {
    chain,
    pwd: process.env['PWD'],
    trustPolicyVariable: process.env[TRUST_POLICY_VARIABLE],
    similarVariables: similarVariables(Object.keys(process.env)),
  };
}
