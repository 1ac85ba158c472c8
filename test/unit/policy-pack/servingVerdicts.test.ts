import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnforcementLevel } from '@pulumi/pulumi/proto/analyzer_pb';
import type { ModelServingArgs } from '../../../components';
import { PackProcess } from '../../support/engine/packProcess';
import type { Diagnostic, PlannedResource } from '../../support/engine/packProcess';
import { COMBINATIONS, render } from '../components/serving/rendered';

jest.setTimeout(60_000);

const DEPLOYMENT = 'kubernetes:apps/v1:Deployment';
const NETWORK_POLICY = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';
const DISRUPTION_BUDGET = 'kubernetes:policy/v1:PodDisruptionBudget';

/** What of a ModelServing policies look at, as the engine would send it: the workload, and what stands around it. */
function planned(args: Partial<ModelServingArgs>): readonly PlannedResource[] {
  const { deployment, networkPolicy, disruptionBudget, kserve } = render(args);
  const workload = kserve
    ? { type: `kubernetes:${kserve.apiVersion}:${kserve.kind}`, props: kserve }
    : { type: DEPLOYMENT, props: deployment };
  return [
    workload,
    { type: NETWORK_POLICY, props: networkPolicy },
    ...(disruptionBudget ? [{ type: DISRUPTION_BUDGET, props: disruptionBudget }] : []),
  ];
}

/** Every server, kind of model and accelerator through the compiled pack, in a process of its own. That images are signed is for test/engine. */
describe('what the pack says about all that ModelServing makes', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'serving-verdicts-'));
  let pack: PackProcess;
  beforeAll(async () => {
    pack = await PackProcess.start(directory);
    await pack.configureStack(true);
  });
  afterAll(async () => {
    await pack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const verdicts = async (resources: readonly PlannedResource[]): Promise<readonly Diagnostic[]> => {
    const single = await Promise.all(resources.map((resource) => pack.analyze(resource)));
    const whole = await pack.analyzeStack(resources);
    return [...single.flat(), ...whole].filter(({ policy }) => policy !== 'require-verified-image');
  };

  it.each(COMBINATIONS)('$title: nothing', async ({ args }) => {
    expect(await verdicts(planned(args))).toEqual([]);
  });

  it.each(COMBINATIONS)('$title, run by KServe: nothing', async ({ args }) => {
    expect(await verdicts(planned({ ...args, runtime: 'kserve' }))).toEqual([]);
  });

  // The only server that KServe runs in this way.
  it.each(COMBINATIONS.filter(({ server }) => server === 'vllm'))(
    '$title, run by KServe as an LLMInferenceService: nothing',
    async ({ args }) => {
      const resources = planned({ ...args, runtime: 'kserve', kserveKind: 'LLMInferenceService' });
      expect(resources[0]?.type).toMatch(/:LLMInferenceService$/);
      expect(await verdicts(resources)).toEqual([]);
    },
  );

  const claim = { kind: 'persistentVolumeClaim', claimName: 'weights' } as const;
  it.each(
    (['deployment', 'kserve'] as const).flatMap((runtime) =>
      [
        ['read-only-root', { gpu: { count: 1, writableRootForCdiUnsafe: true } }, 'gpu.writableRootForCdiUnsafe'],
        [
          'own-accelerator',
          { gpu: { count: 1, resourceName: 'nvidia.com/gpu.shared', sharedWithOtherPodsUnsafe: true } },
          'gpu.sharedWithOtherPodsUnsafe',
        ],
        ['own-accelerator', { gpu: { count: 1, sharedWithOtherPodsUnsafe: true } }, 'gpu.sharedWithOtherPodsUnsafe'],
        ['app-armor-profile', { nodesWithoutAppArmor: true }, 'nodesWithoutAppArmor'],
        ['user-namespace', { hostUserNamespaceUnsafe: true }, 'hostUserNamespaceUnsafe'],
        ['verified-weights', { model: { ...claim, unverifiedUnsafe: 'signed from March on' } }, 'signed from March on'],
      ].map(([control, args, reason]) => [runtime, control, args, reason] as [typeof runtime, string, Partial<ModelServingArgs>, string]),
    ),
  )('%s: %s given up is told, does not block, and shows the reason', async (runtime, control, args, reason) => {
    const [diagnostic, ...rest] = await verdicts(planned({ ...args, runtime }));
    expect(rest).toEqual([]);
    expect(diagnostic).toMatchObject({ policy: 'require-hardened-model-pod', level: EnforcementLevel.ADVISORY });
    expect(new Set(diagnostic?.message.match(/\[[\w-]+\] /g))).toEqual(new Set([`[${control}] `]));
    expect(diagnostic?.message).toMatch(
      new RegExp(`given up by the annotation pulumi-model-supply-chain/opt-out-${control}: ".*${reason}`),
    );
  });

  /** Of the thirty controls, those that no pod shows; the others are in test/unit/hardening/controls. */
  describe('when a control beside the pod is taken away', () => {
    const REPLICAS: Partial<ModelServingArgs> = { replicas: 3 };

    it('15, the digest of the image: disallow-unpinned-image blocks', async () => {
      const [deployment, ...others] = planned(REPLICAS);
      const byTag = JSON.parse(JSON.stringify(deployment).replace(/(sentiment-serving)@sha256:a+/, '$1:v2.1.0')) as PlannedResource;
      expect((await verdicts([byTag, ...others])).map(({ policy, level }) => [policy, level])).toEqual([
        ['disallow-unpinned-image', EnforcementLevel.MANDATORY],
      ]);
    });

    it('16, somebody who says which signature it must have: require-verified-image blocks', async () => {
      // In an update it is said at every resource, and a preview has said it before.
      await pack.configureStack(false);
      const [deployment] = planned(REPLICAS);
      const said = await pack.analyze(deployment!);
      await pack.configureStack(true);
      expect(said.map(({ policy, level }) => [policy, level])).toEqual([['require-verified-image', EnforcementLevel.MANDATORY]]);
    });

    it.each([
      [23, 'network policy', NETWORK_POLICY, 'network-policy'],
      [29, 'disruption budget', DISRUPTION_BUDGET, 'disruption-budget'],
    ])('%i, the %s: require-hardened-model-pod advises', async (_number, _what, type, control) => {
      const resources = planned(REPLICAS);
      const rest = resources.filter((resource) => resource.type !== type);
      expect([resources.length, await verdicts(resources)]).toEqual([rest.length + 1, []]);
      const [advice, ...others] = await verdicts(rest);
      expect(others).toEqual([]);
      expect(advice).toMatchObject({ policy: 'require-hardened-model-pod', level: EnforcementLevel.ADVISORY });
      expect(new Set(advice?.message.match(/\[[\w-]+\] /g))).toEqual(new Set([`[${control}] `]));
    });
  });
});
