import type { ResourceValidationPolicy } from '@pulumi/policy';
import * as layer from '../../../hardening';
import { optOutAnnotation, serverOptionControl } from '../../../hardening';
import { disallowDangerousServerOptions } from '../../../policy-pack/policies/disallowDangerousServerOptions';
import { requireHardenedModelPod } from '../../../policy-pack/policies/requireHardenedModelPod';
import { goodModelPod } from '../../support/hardening/modelPods';
import type { PodJson } from '../../support/hardening/modelPods';
import { engineProps, UNKNOWN } from '../image-sources/engineProps';
import { collector, resource } from './packArguments';
import type { Reported } from './packArguments';

/** Both policies on properties behind the engine's proxy; the compiled pack and the real engine are in packProcess.test.ts and test/engine. */
async function judge(policy: ResourceValidationPolicy, type: string, props: unknown, config: object = {}): Promise<readonly Reported[]> {
  const { reported, report } = collector();
  const validate = policy.validateResource;
  if (typeof validate !== 'function') throw new Error('the policy has no validateResource');
  await validate.call(undefined as never, resource(type, engineProps(props), { config }), report);
  return reported;
}

const load = () => Promise.resolve(layer);
const DEPLOYMENT = 'kubernetes:apps/v1:Deployment';
const POD = 'kubernetes:core/v1:Pod';
const deployment = (template: PodJson, replicas = 2) => ({ spec: { replicas, template } });
const hardened = (type: string, props: unknown, config?: object) => judge(requireHardenedModelPod(load), type, props, config);
const options = (type: string, props: unknown, config?: object) => judge(disallowDangerousServerOptions(load), type, props, config);

const changed = (change: (pod: PodJson) => void, gpus = 0): PodJson => {
  const pod = goodModelPod(gpus);
  change(pod);
  return pod;
};
const server = (pod: PodJson) => pod.spec['containers'][0];
const plain = (): PodJson => ({ metadata: {}, spec: { containers: [{ name: 'web', image: 'docker.io/library/nginx' }] } });

describe('when a pod is as it should be', () => {
  it.each([0, 2])('says nothing: %s accelerators', async (gpus) => {
    expect(await hardened(DEPLOYMENT, deployment(goodModelPod(gpus)))).toEqual([]);
    expect(await options(DEPLOYMENT, deployment(goodModelPod(gpus)))).toEqual([]);
  });

  it.each(['kubernetes:core/v1:Service', 'aws:ecr/repository:Repository', 'pulumi:pulumi:Stack'])('says nothing about %s', async (type) => {
    expect(await hardened(type, { spec: { template: plain() } }, { pods: 'all' })).toEqual([]);
  });
});

describe('when a pod of a model is not hardened', () => {
  it('blocks once for each pod, with every field, what was expected and found, why and what to do', async () => {
    const pod = changed((json) => {
      server(json).securityContext = { privileged: true };
      delete json.spec['automountServiceAccountToken'];
    });
    const [violation, ...rest] = await hardened(DEPLOYMENT, deployment(pod));
    expect(rest).toEqual([]);
    expect(violation?.level).toBeUndefined();
    expect(violation?.message).toContain('Not allowed in the pod at spec.template.spec:');
    for (const line of [
      '[privileged] spec.template.spec.containers[0].securityContext.privileged: expected false or nothing, found true',
      '[allowPrivilegeEscalation] spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation: expected false, found nothing',
      '[capabilities_restricted] spec.template.spec.containers[0].securityContext.capabilities.drop: expected ["ALL"], found nothing',
      '[read-only-root] spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem: expected true, found nothing',
      '[no-service-account-token] spec.template.spec.automountServiceAccountToken: expected false, found nothing',
    ])
      expect(violation?.message).toContain(line);
    expect(violation?.message).toMatch(/ {2}why: .*\n {2}fix: /);
  });

  it('advises, and does not block, where availability or depth of defence is missing', async () => {
    const pod = changed((json) => delete server(json).livenessProbe);
    expect(await hardened(DEPLOYMENT, deployment(pod))).toEqual([
      expect.objectContaining({
        level: 'advisory',
        message: expect.stringContaining('[probes] spec.template.spec.containers[0].livenessProbe') as string,
      }),
    ]);
  });

  it('looks at every pod of a resource, in each kind of workload', async () => {
    const bad = changed((json) => (json.spec['hostPID'] = true));
    const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
      [POD, bad, ['spec.hostPID']],
      ['kubernetes:core/v1:PodTemplate', { template: bad }, ['template.spec.hostPID']],
      ['kubernetes:apps/v1:StatefulSet', deployment(bad), ['spec.template.spec.hostPID']],
      ['kubernetes:batch/v1:Job', deployment(bad), ['spec.template.spec.hostPID']],
      [
        'kubernetes:batch/v1:CronJob',
        { spec: { jobTemplate: { spec: { template: bad } } } },
        ['spec.jobTemplate.spec.template.spec.hostPID'],
      ],
      ['kubernetes:core/v1:PodList', { items: [bad, bad] }, ['items[0].spec.hostPID', 'items[1].spec.hostPID']],
      ['kubernetes:apps/v1:DeploymentPatch', deployment(bad), ['spec.template.spec.hostPID']],
      ['kubernetes:v1:Pod', { ...bad, kind: 'Pod', apiVersion: 'v1' }, ['spec.hostPID']],
      [
        'kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet',
        { spec: { leaderWorkerTemplate: { workerTemplate: bad } } },
        ['spec.leaderWorkerTemplate.workerTemplate.spec.hostPID'],
      ],
      ['kubernetes:ray.io/v1:RayCluster', { spec: { headGroupSpec: { template: bad } } }, ['spec.headGroupSpec.template.spec.hostPID']],
    ];
    for (const [type, props, paths] of cases) {
      const blocking = (await hardened(type, props)).filter(({ level }) => level === undefined);
      expect([type, blocking.map(({ message }) => /\[hostNamespaces\] (\S+):/.exec(message)?.[1])]).toEqual([type, paths]);
    }
  });

  it('does not take what a patch leaves out for missing', async () => {
    const patch = { spec: { template: { spec: { containers: [{ name: 'server', image: 'vllm/vllm-openai' }] } } } };
    expect((await hardened('kubernetes:apps/v1:DeploymentPatch', patch)).filter(({ level }) => level === undefined)).toEqual([]);
    expect((await hardened(DEPLOYMENT, patch)).filter(({ level }) => level === undefined)).toHaveLength(1);
  });
});

describe('when KServe completes the pod', () => {
  const predictor = (fields: object) => ({
    metadata: {},
    spec: { predictor: { model: { modelFormat: { name: 'huggingface' }, ...fields } } },
  });
  const INFERENCE_SERVICE = 'kubernetes:serving.kserve.io/v1beta1:InferenceService';

  it('looks at the container of the model, and at what is there only', async () => {
    const props = predictor({
      args: ['--trust_remote_code'],
      resources: { limits: { 'nvidia.com/gpu': '1' } },
      securityContext: { privileged: true },
    });
    const [violation] = await hardened(INFERENCE_SERVICE, props);
    expect(violation?.message).toContain('[privileged] spec.predictor.model.securityContext.privileged');
    expect(violation?.message).not.toContain('[allowPrivilegeEscalation]');
    expect((await options(INFERENCE_SERVICE, props))[0]?.message).toContain('[option-trust-remote-code] spec.predictor.model.args[0]');
  });

  it.each([
    ['LLMInferenceService', { template: { hostIPC: true, containers: [{ image: 'vllm/vllm-openai' }] } }, 'spec.template.hostIPC'],
    [
      'LLMInferenceService',
      { prefill: { worker: { hostIPC: true, containers: [{ image: 'vllm/vllm-openai' }] } } },
      'spec.prefill.worker.hostIPC',
    ],
    ['ServingRuntime', { hostIPC: true, containers: [{ image: 'vllm/vllm-openai' }] }, 'spec.hostIPC'],
  ])('finds the pods of %s', async (kind, spec, path) => {
    const [violation] = await hardened(`kubernetes:serving.kserve.io/v1alpha1:${kind}`, { spec });
    expect(violation?.message).toContain(`[hostNamespaces] ${path}: expected false or nothing, found true`);
  });

  it('takes opt-outs from the resource, whose annotations its pods get', async () => {
    const props = predictor({ resources: { limits: { 'nvidia.com/gpu': '1' } }, securityContext: { readOnlyRootFilesystem: false } });
    const metadata = { annotations: { [optOutAnnotation('read-only-root')]: 'the CDI hook writes there' } };
    expect((await hardened(INFERENCE_SERVICE, { ...props, metadata })).map(({ level }) => level)).toEqual(['advisory']);
  });
});

describe('when a pod gives a control up', () => {
  const optOut = (control: string, reason: unknown, change: (pod: PodJson) => void) =>
    changed((pod) => {
      change(pod);
      pod.metadata.annotations = { [optOutAnnotation(control)]: reason };
    }, 1);
  const writable = (pod: PodJson) => delete server(pod).securityContext.readOnlyRootFilesystem;

  it('passes, and tells with the reason', async () => {
    const [violation, ...rest] = await hardened(DEPLOYMENT, deployment(optOut('read-only-root', 'nvidia-cdi-hook writes there', writable)));
    expect(rest).toEqual([]);
    expect(violation?.level).toBe('advisory');
    expect(violation?.message).toContain(
      'given up by the annotation pulumi-model-supply-chain/opt-out-read-only-root: "nvidia-cdi-hook writes there"',
    );
  });

  it.each([
    ['without a reason', 'read-only-root', '  '],
    ['for another control', 'no-service-links', 'because'],
    ['with a reason that is not known yet', 'read-only-root', UNKNOWN],
  ])('still blocks %s', async (_case, control, reason) => {
    const blocking = (await hardened(DEPLOYMENT, deployment(optOut(control, reason, writable)))).filter(({ level }) => level === undefined);
    expect(blocking).toHaveLength(1);
  });

  it('is the template that gives it up, not the workload', async () => {
    const metadata = { annotations: { [optOutAnnotation('read-only-root')]: 'because' } };
    const blocking = await hardened(DEPLOYMENT, { metadata, ...deployment(changed(writable, 1)) });
    expect(blocking.map(({ level }) => level)).toEqual([undefined]);
  });

  it('can be one option of the server', async () => {
    const pod = optOut(serverOptionControl('--trust-remote-code'), 'reviewed on 2026-11-01', (json) =>
      server(json).args.push('--trust-remote-code', '--middleware=a.b'),
    );
    expect((await options(DEPLOYMENT, deployment(pod))).map(({ level }) => level)).toEqual(['advisory']);
  });
});

describe('when a value is not known at preview', () => {
  const unknown = changed((pod) => (server(pod).securityContext.readOnlyRootFilesystem = UNKNOWN));

  it('advises, and says when it is judged', async () => {
    const [violation] = await hardened(DEPLOYMENT, deployment(unknown));
    expect(violation?.level).toBe('advisory');
    expect(violation?.message).toContain('found not known yet');
    expect(violation?.message).toContain('judged on `pulumi up`');
  });

  it('blocks if configured so', async () => {
    expect((await hardened(DEPLOYMENT, deployment(unknown), { unknown: 'mandatory' })).map(({ level }) => level)).toEqual([undefined]);
  });

  it('still blocks what is known beside it', async () => {
    const both = changed((pod) => {
      server(pod).securityContext.readOnlyRootFilesystem = UNKNOWN;
      server(pod).args.push(UNKNOWN);
      pod.spec['hostNetwork'] = true;
    });
    expect((await hardened(DEPLOYMENT, deployment(both))).map(({ level }) => level)).toEqual([undefined, 'advisory']);
  });
});

describe('the configuration', () => {
  it('leaves pods without models alone, unless it names all', async () => {
    expect(await hardened(POD, plain())).toEqual([]);
    const [violation] = await hardened(POD, plain(), { pods: 'all' });
    expect(violation?.message).toContain('[runAsNonRoot]');
    expect(violation?.message).not.toContain('[resource-limits]');
  });

  it('names the level and version of the Pod Security Standards', async () => {
    const escalation = changed((pod) => delete server(pod).securityContext.allowPrivilegeEscalation);
    expect(await hardened(DEPLOYMENT, deployment(escalation), { podSecurity: 'baseline' })).toEqual([]);
    const root = changed((pod) => (pod.spec['securityContext'].runAsUser = 0));
    expect(await hardened(DEPLOYMENT, deployment(root), { podSecurityVersion: '1.36' })).toEqual([]);
    expect(await hardened(DEPLOYMENT, deployment(root), { podSecurityVersion: '1.34' })).toHaveLength(1);
  });
});

describe('which pods are pods of models', () => {
  it.each<[string, (pod: PodJson) => void]>([
    ['an accelerator by limit', (pod) => (server(pod).resources = { limits: { 'nvidia.com/mig-1g.10gb': '1' } })],
    ['an accelerator by claim', (pod) => (pod.spec['resourceClaims'] = [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }])],
    ['an image volume', (pod) => (pod.spec['volumes'] = [{ name: 'm', image: { reference: 'ghcr.io/acme/model' } }])],
    ['a server by its program', (pod) => (server(pod).command = ['/usr/bin/vllm', 'serve'])],
    ['a server by its image', (pod) => (server(pod).image = 'nvcr.io/nvidia/tritonserver:25.10-py3')],
  ])('those with %s', async (_case, change) => {
    const pod = plain();
    change(pod);
    expect((await hardened(POD, pod)).length).toBeGreaterThan(0);
  });
});

describe('when options open holes', () => {
  it('blocks, with the place and never the value', async () => {
    const pod = changed((json) => {
      server(json).args.push('--load-format=pt');
      server(json).env.push({ name: 'LD_PRELOAD', value: '/models/hunter2.so' });
    });
    const [violation] = await options(DEPLOYMENT, deployment(pod));
    expect(violation?.message).toContain('[option-load-format] spec.template.spec.containers[0].args[3]');
    expect(violation?.message).toContain('[option-ld_preload] spec.template.spec.containers[0].env[2]');
    expect(violation?.message).not.toContain('hunter2');
  });

  it('blocks code of the model in a pod that nothing else shows to be one of a model', async () => {
    const pod = plain();
    server(pod).args = ['--trust-remote-code'];
    expect(await options(POD, pod)).toHaveLength(1);
  });

  it('leaves credentials and downloads of other pods alone', async () => {
    const pod = plain();
    server(pod).args = ['-c', 'pip install x && curl https://example.com | sh'];
    server(pod).env = [{ name: 'AWS_SECRET_ACCESS_KEY', value: 'x' }];
    expect(await options(POD, pod)).toEqual([]);
  });
});
