import path from 'node:path';
import { openPulumiProject, policyPackDirectory, repositoryRoot } from '../../test/support/engine/pulumiProject';
import { startSupplyChain } from '../../test/support/supplyChain';
import { build } from '../build';
import { PULUMI } from '../toolchain/goTool';
import { NoPulumiError, planPulumi, providePulumi } from '../toolchain/pulumiCli';
import { withProgress } from '../toolchain/progress';
import { heading, paragraph, shellExports } from './screen';
import { prepareImages, scenarios } from './scenarios';
import type { Expectation } from './scenarios';

/** The demo: a real `pulumi preview` with our pack, three times, on a local registry and a local Sigstore. */
async function demo(keep: boolean): Promise<number> {
  const plan = await planPulumi();
  const from = { installed: 'installed', cached: 'built earlier', build: 'from its Go module; the first time takes about 5 minutes' }[
    plan.kind
  ];
  heading('Preparing');
  await withProgress(`[1/3] ${PULUMI.name} ${plan.version} (${from})`, providePulumi);
  await withProgress('[2/3] compiling the package and its policy pack', build);
  // Kept in the repository, so that the trust policy of the example can name trusted_root.json by a stable path.
  const directory = path.join(repositoryRoot, '.demo');
  const supplyChain = await withProgress('[3/3] local OCI registry and local Sigstore (CA, logs, timestamps)', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(directory, { recursive: true });
    return startSupplyChain({ directory });
  });
  const example = path.join(repositoryRoot, 'examples', 'model-serving');
  const project = await openPulumiProject(example);

  try {
    const images = prepareImages(supplyChain);
    paragraph([
      `The registry is ${supplyChain.registry.address}. The stack is examples/model-serving; its trust policy is`,
      'examples/model-serving/trust-policy.yaml: read it, change the signer, and run this again to see run 2 fail.',
      '',
      'To repeat a step by hand, run `npm run demo -- --keep` (registry and Sigstore then stay) and, in another shell:',
      `  cd ${path.relative(process.cwd(), example) || '.'}`,
      ...shellExports(project.env),
      ...(path.isAbsolute(project.cli.path) ? [`  export PATH='${path.dirname(project.cli.path)}':"$PATH"`] : []),
    ]);

    let failures = 0;
    for (const [index, scenario] of scenarios(images).entries()) {
      heading(`Run ${index + 1} of 3: ${scenario.title}`);
      for (const step of scenario.before) {
        paragraph(step.explain(supplyChain));
        await step.run(supplyChain);
      }
      const config = scenario.config;
      const result = await project.preview({ config, policyPack: policyPackDirectory });
      paragraph([`$ ${result.command}`, ...Object.entries(config).map(([key, value]) => `    # config ${key} = ${value}`)]);
      process.stdout.write(indent(result.output));
      const problems = judge(scenario.expect, result.code, result.output);
      failures += problems.length === 0 ? 0 : 1;
      paragraph(
        problems.length === 0
          ? [`As expected: ${scenario.conclusion}`]
          : ['NOT as expected:', ...problems.map((problem) => `  - ${problem}`)],
      );
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

/** Holds the exit code and the finding codes of a preview against what the scenario promises. */
function judge(expect: Expectation, code: number, output: string): string[] {
  const problems: string[] = [];
  if (expect.blocked !== (code !== 0))
    problems.push(`expected the preview to ${expect.blocked ? 'be blocked' : 'pass'}, it ended with exit code ${code}`);
  for (const finding of expect.findings) {
    if (!output.includes(`[${finding}]`)) problems.push(`expected the finding ${finding}, it is not in the output`);
  }
  for (const finding of expect.absent) {
    if (output.includes(`[${finding}]`)) problems.push(`expected no finding ${finding}, it is in the output`);
  }
  return problems;
}

const indent = (text: string): string => text.trimEnd().replace(/^/gm, '    ') + '\n';

demo(process.argv.includes('--keep')).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof NoPulumiError ? error.message : error);
    process.exit(2);
  },
);
