import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnforcementLevel, PolicySeverity } from '@pulumi/pulumi/proto/analyzer_pb';
import { PackProcess } from '../../support/engine/packProcess';
import { goodModelPod } from '../../support/hardening/modelPods';
import { DIGEST } from './packArguments';

jest.setTimeout(60_000);

describe('when the engine starts the pack', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'pack-process-'));
  let pack: PackProcess;

  beforeAll(async () => {
    pack = await PackProcess.start(directory);
  });
  afterAll(async () => {
    await pack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const analyzePod = (props: object) => pack.analyze({ type: 'kubernetes:core/v1:Pod', props });
  const analyze = (image: string) => analyzePod({ spec: { containers: [{ name: 'server', image }] } });

  it('names itself and shows the policies with their metadata', async () => {
    const analyzer = await pack.info();
    expect(analyzer.getName()).toBe('model-supply-chain');
    expect(analyzer.getVersion()).toMatch(/^\d+\.\d+\.\d+/);
    expect(analyzer.getSupportsconfig()).toBe(true);
    const policies = analyzer.getPoliciesList();
    expect(policies.map((policy) => [policy.getName(), policy.getEnforcementlevel(), policy.getSeverity()])).toEqual([
      ['require-verified-image', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_CRITICAL],
      ['disallow-unpinned-image', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_HIGH],
      ['disallow-unknown-image', EnforcementLevel.ADVISORY, PolicySeverity.POLICY_SEVERITY_MEDIUM],
      ['require-hardened-model-pod', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_HIGH],
      ['disallow-dangerous-server-options', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_CRITICAL],
    ]);
    for (const policy of policies) {
      expect(policy.getDisplayname()).not.toBe('');
      expect(policy.getDescription()).not.toBe('');
      expect(policy.getRemediationSteps()).not.toBe('');
      expect(policy.getUrl()).toContain(policy.getName());
      expect(policy.getTagsList()).toContain('supply-chain');
    }
    expect(policies[0]?.getConfigschema()?.getProperties()?.toJavaScript()).toHaveProperty('trustPolicy');
  });

  it('blocks while there is no trust policy: told once in a preview, for every resource in an update', async () => {
    const image = `ghcr.io/acme/model@${DIGEST}`;
    await pack.configureStack(true);
    const preview = [...(await analyze(image)), ...(await analyze(image)), ...(await pack.analyzeStack())];
    expect(preview.map(({ policy, level }) => [policy, level])).toEqual([['require-verified-image', EnforcementLevel.MANDATORY]]);
    expect(preview[0]?.message).toContain('[trust-policy-missing]');
    expect(preview[0]?.message).toContain(path.join(directory, 'trust-policy.yaml'));
    await pack.configureStack(false);
    for (let resource = 0; resource < 2; resource++) {
      expect((await analyze(image)).map(({ level }) => level)).toEqual([EnforcementLevel.MANDATORY]);
    }
  });

  it('blocks a tag beside it', async () => {
    await pack.configureStack(true);
    const diagnostics = await analyze('ghcr.io/acme/model:v1');
    expect(diagnostics.map(({ policy, level }) => [policy, level])).toEqual([['disallow-unpinned-image', EnforcementLevel.MANDATORY]]);
  });

  it('blocks a pod of a model that is not hardened, and options that open holes', async () => {
    await pack.configureStack(true);
    const diagnose = async (change: (server: Record<string, unknown>) => void) => {
      const pod = goodModelPod(1);
      change(pod.spec['containers'][0]);
      const about = (await analyzePod(pod)).filter(({ policy }) => /pod|options/.test(policy));
      return about.map(({ policy, level, message }) => [policy, level, /\[([\w-]+)\] (\S+):/.exec(message)?.slice(1)]);
    };
    expect(await diagnose(() => undefined)).toEqual([]);
    expect(await diagnose((server) => delete server['securityContext'])).toEqual([
      [
        'require-hardened-model-pod',
        EnforcementLevel.MANDATORY,
        ['allowPrivilegeEscalation', 'spec.containers[0].securityContext.allowPrivilegeEscalation'],
      ],
    ]);
    expect(await diagnose((server) => delete server['livenessProbe'])).toEqual([
      ['require-hardened-model-pod', EnforcementLevel.ADVISORY, ['probes', 'spec.containers[0].livenessProbe']],
    ]);
    expect(await diagnose((server) => (server['args'] as string[]).push('--trust-remote-code'))).toEqual([
      ['disallow-dangerous-server-options', EnforcementLevel.MANDATORY, ['option-trust-remote-code', 'spec.containers[0].args[3]']],
    ]);
  });

  it('writes nothing but the port to stdout, at the start and through all of this', async () => {
    await pack.info();
    expect(pack.stdout).toMatch(/^\d+\n$/);
  });
});
