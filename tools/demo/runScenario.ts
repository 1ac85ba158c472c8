import { policyPackDirectory } from '../../test/support/engine/pulumiProject';
import type { PulumiProject } from '../../test/support/engine/pulumiProject';
import type { SupplyChain } from '../../test/support/supplyChain';
import { paragraph } from './screen';
import type { Expectation, Scenario } from './scenarios';

/** Runs the steps and the preview of a scenario, telling what it does; returns what was not as expected. */
export async function runScenario(scenario: Scenario, project: PulumiProject, supplyChain: SupplyChain): Promise<readonly string[]> {
  for (const step of scenario.before) {
    paragraph(step.explain(supplyChain));
    await step.run(supplyChain);
  }
  const { config } = scenario;
  const result = await project.preview({ config, policyPack: policyPackDirectory });
  paragraph([`$ ${result.command}`, ...Object.entries(config).map(([key, value]) => `    # config ${key} = ${value}`)]);
  process.stdout.write(indent(result.output));
  const problems = judge(scenario.expect, result.code, result.output);
  paragraph(
    problems.length === 0
      ? ['', `As expected: ${scenario.conclusion}`]
      : ['', 'NOT as expected:', ...problems.map((problem) => `  - ${problem}`)],
  );
  return problems;
}

/** Holds the exit code and the finding codes of a preview against what the scenario promises. */
function judge(expect: Expectation, code: number, output: string): string[] {
  const problems: string[] = [];
  if (expect.blocked !== (code !== 0)) {
    problems.push(`expected the preview to ${expect.blocked ? 'be blocked' : 'pass'}, it ended with exit code ${code}`);
  }
  for (const finding of expect.findings) {
    if (!output.includes(`[${finding}]`)) problems.push(`expected the finding ${finding}, it is not in the output`);
  }
  for (const finding of expect.absent) {
    if (output.includes(`[${finding}]`)) problems.push(`expected no finding ${finding}, it is in the output`);
  }
  return problems;
}

const indent = (text: string): string => text.trimEnd().replace(/^/gm, '    ') + '\n';
