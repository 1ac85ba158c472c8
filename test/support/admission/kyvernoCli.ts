import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { KubernetesObject } from '../../../components/admission/kubernetesObject';
import { ENFORCEMENT_LABEL, ENFORCEMENT_ON } from '../../../components/namespace/labels';
import { KYVERNO_CLI, binaryPath } from '../../../tools/toolchain/goTool';
import { runCommand } from '../../../tools/toolchain/runCommand';
import { environment } from '../cluster/kyverno';
import { NAMESPACE } from './manifests';
import type { Workload } from './manifests';

/** Looked up at once: tests move the cache directory. */
const CLI = binaryPath(KYVERNO_CLI);

/** What `kyverno apply` says about one object. */
export interface CliVerdict {
  /** Whether no policy that blocks failed. */
  readonly admits: boolean;
  /** Names of the policies that gave a result: none means that the object was not looked at. */
  readonly asked: readonly string[];
  readonly messages: readonly string[];
}

/** A line of the report, as far as we read it. */
interface ReportResult {
  readonly policy: string;
  readonly result: 'pass' | 'fail' | 'error' | 'skip' | 'warn';
  readonly message?: string;
  readonly resources?: readonly { readonly name: string }[];
}

/** The namespace of the cases with its labels: the command line knows no namespaces, and silently skips policies that select by label. */
const VALUES = {
  apiVersion: 'cli.kyverno.io/v1alpha1',
  kind: 'Value',
  metadata: { name: 'values' },
  namespaceSelector: [{ name: NAMESPACE, labels: { [ENFORCEMENT_LABEL]: ENFORCEMENT_ON } }],
};

/**
 * Asks Kyverno's command line about all objects in one call. Policies are its only input: no cluster, no webhook.
 *
 * @param directory of the run
 */
export async function askKyvernoCli(
  directory: string,
  policies: readonly KubernetesObject[],
  manifests: readonly Workload['manifest'][],
): Promise<readonly CliVerdict[]> {
  const home = path.join(directory, 'kyverno-cli');
  mkdirSync(home, { recursive: true });
  const write = (name: string, objects: readonly object[]): string => {
    const file = path.join(home, name);
    writeFileSync(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    return file;
  };
  // Results name objects, so each gets a name of its own; no policy looks at names.
  const named = manifests.map((manifest, index) => ({ ...manifest, metadata: { ...manifest.metadata, name: `case-${index}` } }));
  const args = ['apply', write('policies.yaml', policies), '--resource', write('resources.yaml', named)];
  args.push('--values-file', write('values.yaml', [VALUES]), '--policy-report', '--output-format', 'json');
  const { stdout, stderr } = await runCommand(CLI, args, { env: { ...process.env, ...environment(home) } });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`kyverno apply gave no report:\n${stdout}\n${stderr}`);
  const { results } = JSON.parse(line) as { readonly results: readonly ReportResult[] };
  return named.map(({ metadata }) => verdictOf(results, metadata.name, policies));
}

function verdictOf(results: readonly ReportResult[], name: string, policies: readonly KubernetesObject[]): CliVerdict {
  const ours = results.filter(({ resources = [] }) => resources.some((resource) => resource.name === name));
  // The command line calls it a failure whatever the policy does about it.
  const blocking = new Set(policies.filter(({ spec }) => denies(spec)).map(({ metadata }) => metadata.name));
  const against = ours.filter(({ policy, result }) => blocking.has(policy) && (result === 'fail' || result === 'error'));
  return {
    admits: against.length === 0,
    asked: ours.filter(({ result }) => result !== 'skip').map(({ policy }) => policy),
    messages: against.map(({ message }) => message ?? ''),
  };
}

const denies = ({ validationActions }: KubernetesObject['spec']): boolean =>
  Array.isArray(validationActions) && validationActions.includes('Deny');
