import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openPulumiProject, repositoryRoot } from '../../test/support/engine/pulumiProject';
import { startSupplyChain } from '../../test/support/supplyChain';
import { build } from '../build';
import { PULUMI } from '../toolchain/goTool';
import { NoPulumiError, planPulumi, providePulumi } from '../toolchain/pulumiCli';
import { withProgress } from '../toolchain/progress';
import { runScenario } from './runScenario';
import { heading, paragraph, shellExports } from './screen';
import { DEMO_DIRECTORY, EXAMPLE_DIRECTORY, prepareImages, scenarios } from './scenarios';

const ORIGIN = {
  installed: 'installed',
  cached: 'built earlier',
  build: 'from its Go module; the first time takes about 5 minutes',
} as const;

/** The demo: a real `pulumi preview` with our pack, three times, on a local registry and a local Sigstore. */
async function demo(keep: boolean): Promise<number> {
  const plan = await planPulumi();
  heading('Preparing');
  await withProgress(`[1/3] ${PULUMI.name} ${plan.version} (${ORIGIN[plan.kind]})`, providePulumi);
  await withProgress('[2/3] compiling the package and its policy pack', build);
  mkdirSync(DEMO_DIRECTORY, { recursive: true });
  const supplyChain = await withProgress('[3/3] local OCI registry and local Sigstore (CA, logs, timestamps)', () =>
    startSupplyChain({ directory: DEMO_DIRECTORY }),
  );
  const project = await openPulumiProject(EXAMPLE_DIRECTORY);
  try {
    paragraph([
      `The registry is ${supplyChain.registry.address}. The stack is examples/model-serving; its trust policy is`,
      'examples/model-serving/trust-policy.yaml: read it, change the signer, and run this again to see run 2 fail.',
      '',
      'To repeat a step by hand, run `npm run demo -- --keep` (registry and Sigstore then stay) and, in another shell:',
      `  cd ${path.relative(repositoryRoot, EXAMPLE_DIRECTORY)}`,
      ...shellExports(project.env, project.cli.path),
    ]);
    let failures = 0;
    for (const [index, scenario] of scenarios(prepareImages(supplyChain)).entries()) {
      heading(`Run ${index + 1} of 3: ${scenario.title}`);
      if ((await runScenario(scenario, project, supplyChain)).length > 0) failures++;
    }
    heading(failures === 0 ? 'All three verdicts are as expected.' : `${failures} of 3 verdicts are not as expected.`);
    if (keep) {
      paragraph(['The registry and Sigstore keep running. Press Ctrl-C to stop.']);
      await new Promise((resolve) => process.once('SIGINT', resolve));
    }
    return failures === 0 ? 0 : 1;
  } finally {
    project.close();
    await supplyChain.stop();
  }
}

demo(process.argv.includes('--keep')).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof NoPulumiError ? error.message : error);
    process.exit(2);
  },
);
