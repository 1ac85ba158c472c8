import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build';
import { CRD_SETS, crdVersion, hasCrds, provideCrds } from './toolchain/crds';
import {
  COSIGN,
  DISTRIBUTION,
  ETCD,
  GGCR_REGISTRY,
  HELM,
  KUBE_APISERVER,
  KUBE_APISERVER_NEWEST,
  KYVERNO,
  KYVERNO_CLI,
  KYVERNO_REPORTS,
  POD_SECURITY,
  POLICY_CONTROLLER,
  buildGoTool,
  goVersion,
  isBuilt,
  pinnedVersion,
} from './toolchain/goTool';
import { KYVERNO_CHART_OF, hasKyvernoChart, provideKyvernoChart } from './toolchain/kyvernoChart';
import { hasPolicyControllerConfig, providePolicyControllerConfig } from './toolchain/policyControllerConfig';
import { NoPulumiError, planPulumi, providePulumi } from './toolchain/pulumiCli';
import { withProgress } from './toolchain/progress';
import { runCommand } from './toolchain/runCommand';

/** What `npm test` and `npm run attack` share: the real tools, and Jest with its tally. */
export const root = path.join(__dirname, '..');

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The subset of Jest's JSON report that we count. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

export const node = (script: string, ...args: string[]) => [path.join(root, 'node_modules', script), ...args];

/** Builds the real tools that are not there yet, and the package. */
export async function prepare(): Promise<void> {
  const plan = await planPulumi();
  const go = await goVersion();
  const tools = [
    COSIGN,
    DISTRIBUTION,
    GGCR_REGISTRY,
    POD_SECURITY,
    ETCD,
    KUBE_APISERVER,
    KUBE_APISERVER_NEWEST,
    KYVERNO,
    KYVERNO_CLI,
    KYVERNO_REPORTS,
    HELM,
    POLICY_CONTROLLER,
  ];
  const steps = [
    ...tools.map((tool) => ({
      label: `${tool.name} ${pinnedVersion(tool)}`,
      isThere: isBuilt(tool),
      provide: (): Promise<unknown> => buildGoTool(tool),
    })),
    ...CRD_SETS.map((set) => ({
      label: `custom resource definitions of ${set} ${crdVersion(set)}`,
      isThere: hasCrds(set),
      provide: (): Promise<unknown> => provideCrds(set),
    })),
    {
      label: `manifests of policy-controller ${pinnedVersion(POLICY_CONTROLLER)}`,
      isThere: hasPolicyControllerConfig(),
      provide: (): Promise<unknown> => providePolicyControllerConfig(),
    },
    { label: `chart of Kyverno ${KYVERNO_CHART_OF}`, isThere: hasKyvernoChart(), provide: (): Promise<unknown> => provideKyvernoChart() },
  ];
  const count = steps.length + 2;
  await withProgress(`[1/${count}] pulumi ${plan.version} (${plan.kind})`, providePulumi);
  for (const [index, { label, isThere, provide }] of steps.entries()) {
    const line = `[${index + 2}/${count}] ${label}`;
    if (go === undefined && !isThere) console.log(`${line} ... not there: there is no go on this machine; tests that need it are skipped`);
    else await withProgress(line, provide);
  }
  await withProgress(`[${count}/${count}] compiling the package and its policy pack`, build);
}

/** Runs Jest and adds what it counted. */
export async function runJest(tally: Tally, ...args: readonly string[]): Promise<void> {
  const report = path.join(mkdtempSync(path.join(tmpdir(), 'jest-')), 'report.json');
  const command = node('jest/bin/jest.js', '--ci', '--maxWorkers=2', '--json', '--outputFile', report, ...args);
  // --json writes the report to the file and the human lines to stderr.
  const result = await runCommand(process.execPath, command, {
    cwd: root,
    onOutput: (text) => {
      if (!text.startsWith('Test results written')) process.stderr.write(text);
    },
  });
  let counts: JestReport;
  try {
    counts = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
  } catch {
    console.log(`Jest ended with exit code ${result.code} and wrote no report.`);
    tally.failed++;
    return;
  }
  tally.passed += counts.numPassedTests;
  // A suite that cannot even be loaded has no tests that could fail, so it counts as one.
  tally.failed += counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  tally.skipped += counts.numPendingTests;
  if (result.code !== 0 && tally.failed === 0) tally.failed++;
}

/** Prints the line that CI reads, or why nothing ran, and ends the process. */
export function finish(main: () => Promise<Tally>): void {
  main().then(
    ({ passed, failed, skipped }) => {
      console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
      process.exit(failed === 0 && passed > 0 ? 0 : 1);
    },
    (error: unknown) => {
      console.error(error instanceof NoPulumiError ? error.message : error);
      console.log('\n0 passed, 1 failed');
      process.exit(2);
    },
  );
}
