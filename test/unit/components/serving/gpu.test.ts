import type { ModelServingArgs } from '../../../../components';
import { annotationsOf, pathsOf, podOf, render, serverOf } from './rendered';

type Gpu = NonNullable<ModelServingArgs['gpu']>;
const withGpu = (gpu: Gpu, more: Partial<ModelServingArgs> = {}): Partial<ModelServingArgs> => ({ gpu, ...more });

describe('when accelerators come from a device plugin', () => {
  it.each<[Gpu, string, string]>([
    [{ count: 1 }, 'nvidia.com/gpu', 'nvidia.com/gpu'],
    [{ count: 1, migProfile: '1g.10gb' }, 'nvidia.com/mig-1g.10gb', 'nvidia.com/gpu'],
    [{ count: 1, migProfile: '1g.10gb+me' }, 'nvidia.com/mig-1g.10gb.me', 'nvidia.com/gpu'],
    [{ count: 1, resourceName: 'amd.com/gpu' }, 'amd.com/gpu', 'amd.com/gpu'],
    [{ count: 1, resourceName: 'gpu.intel.com/xe' }, 'gpu.intel.com/xe', 'gpu.intel.com/i915'],
    [{ count: 1, resourceName: 'habana.ai/gaudi' }, 'habana.ai/gaudi', 'habana.ai/gaudi'],
    [{ count: 4, resourceName: 'google.com/tpu' }, 'google.com/tpu', 'google.com/tpu'],
    [{ count: 1, resourceName: 'rebellions.ai/ATOM' }, 'rebellions.ai/ATOM', 'rebellions.ai/ATOM'],
  ])('%j limits %s and tolerates %s', (gpu, resource, taint) => {
    const { resources } = serverOf(withGpu(gpu));
    expect(resources!.limits![resource]).toBe(String(gpu.count as number));
    expect(resources!.requests).toEqual(resources!.limits);
    expect(resources).not.toHaveProperty('claims');
    expect(podOf(withGpu(gpu)).tolerations).toEqual([{ key: taint, operator: 'Exists', effect: 'NoSchedule' }]);
    expect(render(withGpu(gpu))).not.toHaveProperty('gpuClaimTemplate');
  });
});

describe('when accelerators are claimed', () => {
  const claim = (gpu: Partial<Gpu> = {}) => render(withGpu({ mode: 'dra', count: 2, ...gpu }));

  it('claims them for the pod and gives the claim to the server', () => {
    const { deployment, gpuClaimTemplate } = claim();
    const pod = deployment.spec.template.spec!;
    expect(gpuClaimTemplate).toMatchObject({
      metadata: { name: 'sentiment', namespace: 'ml-serving' },
      spec: {
        spec: {
          devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com', allocationMode: 'ExactCount', count: 2 } }] },
        },
      },
    });
    expect(pod.resourceClaims).toEqual([{ name: 'gpu', resourceClaimTemplateName: 'sentiment' }]);
    expect(pod.containers[0]!.resources!.claims).toEqual([{ name: 'gpu' }]);
    expect(Object.keys(pod.containers[0]!.resources!.limits!)).toEqual(['cpu', 'memory', 'ephemeral-storage']);
    expect(pod).not.toHaveProperty('hostUsers');
  });

  it('selects a partition by its profile, and devices by what the author says', () => {
    const [request] = claim({ migProfile: '1g.10gb', deviceSelectors: ['device.driver == "gpu.nvidia.com"'] }).gpuClaimTemplate!.spec.spec
      .devices!.requests!;
    expect(request!.exactly).toMatchObject({
      deviceClassName: 'mig.nvidia.com',
      selectors: [
        { cel: { expression: 'device.attributes["gpu.nvidia.com"].profile == "1g.10gb"' } },
        { cel: { expression: 'device.driver == "gpu.nvidia.com"' } },
      ],
    });
  });
});

describe('when accelerators have to be of a certain model', () => {
  it.each<[Gpu, string]>([
    [{ count: 1, products: ['NVIDIA-H100-80GB-HBM3'] }, 'nvidia.com/gpu.product'],
    [{ count: 1, resourceName: 'amd.com/gpu', products: ['AMD_Instinct_MI300X'] }, 'amd.com/gpu.product-name'],
    [
      { count: 1, resourceName: 'habana.ai/gaudi', products: ['gaudi3'], productLabel: 'acme.example/accelerator' },
      'acme.example/accelerator',
    ],
  ])('%j asks for nodes by the label %s', (gpu, key) => {
    expect(podOf(withGpu(gpu)).affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: gpu.products }] }],
        },
      },
    });
  });
});

describe('when a model is split across accelerators', () => {
  it('tells the server, and gives it the shared memory and memory for it', () => {
    const args = withGpu({ count: 2, tensorParallelSize: 2 }, { server: 'vllm' });
    expect(serverOf(args).args!.join(' ')).toContain('--tensor-parallel-size 2');
    expect(podOf(args).volumes).toContainEqual({ name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } });
    expect(serverOf(args).resources!.limits!.memory).toBe('16Gi');
  });

  it('has shared memory for Triton on CPUs too, whose Python models need it', () => {
    expect(podOf({ server: 'triton' }).volumes).toContainEqual({ name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } });
    expect(podOf({ server: 'vllm' }).volumes!.map(({ name }) => name)).not.toContain('shared-memory');
  });
});

describe('when something is given up by name', () => {
  it.each<[string, Partial<ModelServingArgs>, object]>([
    [
      'the read-only root',
      withGpu({ count: 1, writableRootForCdiUnsafe: true }),
      { containers: [{ securityContext: { readOnlyRootFilesystem: false } }] },
    ],
    ['accelerators of its own', withGpu({ count: 1, resourceName: 'nvidia.com/gpu.shared', sharedWithOtherPodsUnsafe: true }), {}],
    [
      'the AppArmor profile',
      { nodesWithoutAppArmor: true },
      { securityContext: expect.not.objectContaining({ appArmorProfile: expect.anything() }) },
    ],
    ['user ids of its own', { hostUserNamespaceUnsafe: true }, expect.not.objectContaining({ hostUsers: expect.anything() })],
  ])('%s: the pod says so, with the reason', (_what, args, pod) => {
    expect(podOf(args)).toMatchObject(pod);
    const optOuts = Object.entries(annotationsOf(args)).filter(([key]) => key.startsWith('pulumi-model-supply-chain/opt-out-'));
    expect(optOuts).toHaveLength(1);
    expect(optOuts[0]![1]).toMatch(/\((gpu\.)?[a-zA-Z]+\)$/);
  });

  it('nothing is, by default', () => {
    expect(Object.keys(annotationsOf(withGpu({ count: 1 }))).join()).not.toContain('opt-out');
  });
});

describe('when the accelerators asked for cannot be', () => {
  it.each<[string, string, object]>([
    ['gpu.tensorParallelSize', 'more than there are', { gpu: { count: 1, tensorParallelSize: 2 } }],
    ['gpu.tensorParallelSize', 'a fraction', { gpu: { count: 2, tensorParallelSize: 1.5 } }],
    ['gpu.mode', 'unknown', { gpu: { count: 1, mode: 'timeSlicing' } }],
    ['gpu.migProfile', 'no profile', { gpu: { count: 1, migProfile: 'half' } }],
    ['gpu.resourceName', 'beside a profile', { gpu: { count: 1, migProfile: '1g.10gb', resourceName: 'nvidia.com/gpu' } }],
    ['gpu.resourceName', 'with a claim', { gpu: { count: 1, mode: 'dra', resourceName: 'nvidia.com/gpu' } }],
    ['gpu.deviceClassName', 'without a claim', { gpu: { count: 1, deviceClassName: 'gpu.nvidia.com' } }],
    ['gpu.resourceName', 'shared with others', { gpu: { count: 1, resourceName: 'nvidia.com/gpu.shared' } }],
    ['gpu.sharedMemory', 'all of the memory', { gpu: { count: 1, sharedMemory: '4Gi' } }],
    ['gpu.sharedMemory', 'more than the memory, in other units', { gpu: { count: 1, sharedMemory: '5000M' }, memory: '4Gi' }],
    ['gpu.productLabel', 'unknown', { gpu: { count: 1, resourceName: 'acme.example/npu', products: ['x'] } }],
    ['gpu.products[0]', 'no label value', { gpu: { count: 1, products: ['NVIDIA H100'] } }],
    ['gpu.supplementalGroups[0]', 'root', { gpu: { count: 1, supplementalGroups: [0] } }],
    ['gpu.memory', 'an argument that there is not', { gpu: { count: 1, memory: '80Gi' } }],
  ])('refuses %s: %s', (path, _case, args) => {
    expect(pathsOf(args)).toEqual([path]);
  });
});
