import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { KYVERNO_REPORTS, binaryPath } from '../../../tools/toolchain/goTool';
import { freePort } from '../freePort';
import type { ProcessGroup, RunningProcess } from '../processes/processGroup';
import type { Cluster } from './cluster';
import { installedFlags } from './installedFlags';
import { environment } from './kyverno';

/**
 * Kyverno's real reports controller, outside of a cluster: it looks at every stored object under the policies with `background` and writes
 * policy reports. It runs for itself; without Kyverno's admission controller nothing is refused.
 *
 * @param installed flags of an installation, by name; default those that tests need
 */
export async function startReportsController(
  cluster: Cluster,
  processes: ProcessGroup,
  installed?: ReadonlyMap<string, string>,
): Promise<RunningProcess> {
  const [metricsPort, home] = [await freePort(), path.join(processes.directory, 'reports-controller')];
  mkdirSync(home);
  return processes.start(
    'kyverno-reports-controller',
    binaryPath(KYVERNO_REPORTS),
    installedFlags(
      [
        `--kubeconfig=${cluster.kubeconfig}`,
        '--disableMetrics=true',
        '--metricsHost=127.0.0.1',
        `--metricsPort=${metricsPort}`,
        '--admissionReports=false',
        // Otherwise it waits for minutes for objects that change seldom.
        '--backgroundScanInterval=30s',
        '--imageVerifyCacheEnabled=false',
        // The registries of tests speak plain HTTP.
        '--allowInsecureRegistry=true',
        '--registryCredentialHelpers=default',
        '--autoMemLimitEnabled=false',
        '--loggingFormat=json',
      ],
      installed,
    ),
    { ...environment(home), KYVERNO_SERVICEACCOUNT_NAME: 'kyverno-reports-controller', KYVERNO_POD_NAME: 'reports-controller' },
  );
}
