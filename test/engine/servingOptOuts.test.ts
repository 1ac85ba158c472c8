import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPulumiProject, repositoryRoot } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';
import { IMAGE, MODEL } from '../unit/components/serving/rendered';

jest.setTimeout(120_000);

const MINIMAL = { image: IMAGE, model: { reference: MODEL } };

/** Controls that ModelServing gives up, by name of the component: the arguments, and what the preview must say. */
const OPT_OUTS = {
  'writable-root': [{ gpu: { count: 1, writableRootForCdiUnsafe: true } }, 'read-only-root', 'gpu.writableRootForCdiUnsafe'],
  'shared-gpu': [{ gpu: { count: 1, sharedWithOtherPodsUnsafe: true } }, 'own-accelerator', 'gpu.sharedWithOtherPodsUnsafe'],
  'no-app-armor': [{ nodesWithoutAppArmor: true }, 'app-armor-profile', 'nodesWithoutAppArmor'],
  'host-users': [{ hostUserNamespaceUnsafe: true }, 'user-namespace', 'hostUserNamespaceUnsafe'],
  unverified: [
    { model: { kind: 'persistentVolumeClaim', claimName: 'weights', unverifiedUnsafe: 'signed from March on' } },
    'verified-weights',
    'signed from March on',
  ],
} as const;

/** ModelServing of the compiled package under the real engine with the compiled pack; signatures are left to preview.test.ts. */
describe('pulumi preview of ModelServing that gives controls up', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'serving-opt-outs-'));
  let project: PulumiProject;
  beforeAll(async () => {
    project = await openPulumiProject(path.join(repositoryRoot, 'tools', 'bench', 'many-servers', 'component'));
  });
  afterAll(() => {
    project.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('passes, and tells each with its reason; nothing about one that gives up nothing', async () => {
    const given = Object.entries(OPT_OUTS).map(([name, [args]]) => [name, { ...MINIMAL, ...args }]);
    const servers = path.join(directory, 'servers.json');
    writeFileSync(servers, JSON.stringify({ ...Object.fromEntries(given), hardened: MINIMAL }));
    const { code, output } = await project.preview({ config: { servers }, policyConfig: { 'require-verified-image': 'disabled' } });

    for (const [name, [, control, reason]] of Object.entries(OPT_OUTS)) {
      const told = output.split(/^ {8}- /m).find((violation) => violation.includes(`(kubernetes:apps/v1:Deployment: ${name})`));
      expect(told).toMatch(/^\[advisory\] \[severity: high\] {2}require-hardened-model-pod /);
      expect(told).toContain(`[${control}] `);
      expect(told).toMatch(new RegExp(`given up by the annotation pulumi-model-supply-chain/opt-out-${control}: ".*${reason}`));
    }
    expect(output.match(/\[advisory\]/g)).toHaveLength(Object.keys(OPT_OUTS).length);
    expect(output).not.toContain('Deployment: hardened)');
    expect(code).toBe(0);
  });
});
