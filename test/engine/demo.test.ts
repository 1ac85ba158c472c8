import { mkdirSync } from 'node:fs';
import { runScenario } from '../../tools/demo/runScenario';
import { DEMO_DIRECTORY, EXAMPLE_DIRECTORY, prepareImages, scenarios } from '../../tools/demo/scenarios';
import { openPulumiProject } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';
import { startSupplyChain } from '../support/supplyChain';
import type { SupplyChain } from '../support/supplyChain';

jest.setTimeout(120_000);

/** What `npm run demo` shows, on examples/model-serving with the trust policy that stands there. */
describe('the demo', () => {
  let supplyChain: SupplyChain;
  let project: PulumiProject;
  beforeAll(async () => {
    mkdirSync(DEMO_DIRECTORY, { recursive: true });
    supplyChain = await startSupplyChain({ directory: DEMO_DIRECTORY });
    project = await openPulumiProject(EXAMPLE_DIRECTORY);
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    project.close();
    await supplyChain.stop();
  });

  it('comes out as it promises: blocked, passed, undetermined', async () => {
    const [blocked, passed, undetermined] = scenarios(prepareImages(supplyChain));
    expect(await runScenario(blocked, project, supplyChain)).toEqual([]);
    expect(await runScenario(passed, project, supplyChain)).toEqual([]);
    expect(await runScenario(undetermined, project, supplyChain)).toEqual([]);
  });

  it('notices when a verdict is not the promised one', async () => {
    const [blocked] = scenarios(prepareImages(supplyChain));
    const wrong = { ...blocked, before: [], expect: { blocked: false, findings: ['image-not-found' as const], absent: [] } };
    expect(
      await runScenario(
        { ...wrong, config: { ...blocked.config, model: supplyChain.push('acme/ml-models/other').reference } },
        project,
        supplyChain,
      ),
    ).toHaveLength(2);
  });
});
