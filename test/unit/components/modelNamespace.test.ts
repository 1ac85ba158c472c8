import * as pulumi from '@pulumi/pulumi';

import { ModelNamespace } from '../../../components';
import type { ModelNamespaceArgs } from '../../../components';
import { MockEngine, settled, valueOf } from './mockEngine';

describe('when a ModelNamespace is created', () => {
  it('enforces, audits and warns about Pod Security "restricted" of a named version, and is marked for admission', async () => {
    const engine = await MockEngine.start();
    const namespace = new ModelNamespace('ml-serving');
    expect(await valueOf(namespace.name)).toBe('ml-serving');
    expect((await engine.only('kubernetes:core/v1:Namespace')).inputs['metadata']).toEqual({
      name: 'ml-serving',
      labels: {
        'app.kubernetes.io/part-of': 'pulumi-model-supply-chain',
        'app.kubernetes.io/managed-by': 'pulumi',
        'pulumi-model-supply-chain/enforce': 'true',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'v1.36',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/audit-version': 'v1.36',
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': 'v1.36',
      },
    });
  });

  it('is marked for policy-controller as well where that enforces', async () => {
    const engine = await MockEngine.start();
    new ModelNamespace('ml-serving', { admissionBackend: 'policyController' });
    expect((await engine.only('kubernetes:core/v1:Namespace')).inputs['metadata']).toMatchObject({
      labels: { 'pulumi-model-supply-chain/enforce': 'true', 'policy.sigstore.dev/include': 'true' },
    });
  });

  it('closes the network of every pod in both directions', async () => {
    const engine = await MockEngine.start();
    new ModelNamespace('models', { namespace: 'ml-serving' });
    const policy = await engine.only('kubernetes:networking.k8s.io/v1:NetworkPolicy');
    expect(policy.name).toBe('models-default-deny');
    expect(policy.inputs['metadata']).toMatchObject({ name: 'default-deny', namespace: 'ml-serving' });
    expect(policy.inputs['spec']).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });
});

describe('when pods share the namespace', () => {
  const quotaOf = async (args: ModelNamespaceArgs) => {
    const engine = await MockEngine.start();
    new ModelNamespace('models', args);
    return (await engine.only('kubernetes:core/v1:ResourceQuota')).inputs['spec'];
  };

  it('has no Service that reaches out of the cluster, unless it is allowed by name', async () => {
    expect(await quotaOf({})).toEqual({ hard: { 'services.loadbalancers': '0', 'services.nodeports': '0' } });
    const engine = await MockEngine.start();
    new ModelNamespace('models', { externalServicesUnsafe: true });
    await settled();
    expect(engine.resources.map(({ type }) => type)).not.toContain('kubernetes:core/v1:ResourceQuota');
  });

  it('bounds accelerators by requests, and everything else by requests and limits', async () => {
    const gpus = { 'nvidia.com/gpu': 8, 'nvidia.com/mig-1g.10gb': pulumi.output(4) };
    expect(await quotaOf({ quota: { gpus, memory: '256Gi', cpu: '64', ephemeralStorage: '1Ti', pods: 40 } })).toEqual({
      hard: {
        'services.loadbalancers': '0',
        'services.nodeports': '0',
        'requests.nvidia.com/gpu': '8',
        'requests.nvidia.com/mig-1g.10gb': '4',
        'requests.memory': '256Gi',
        'limits.memory': '256Gi',
        'requests.cpu': '64',
        'limits.cpu': '64',
        'requests.ephemeral-storage': '1Ti',
        'limits.ephemeral-storage': '1Ti',
        pods: '40',
      },
    });
  });

  it('leaves no container without limits', async () => {
    const engine = await MockEngine.start();
    new ModelNamespace('models', { containerLimits: { defaultMemory: '1Gi', maximumMemory: '64Gi' } });
    const containerDefault = { cpu: '500m', memory: '1Gi', 'ephemeral-storage': '1Gi' };
    expect((await engine.only('kubernetes:core/v1:LimitRange')).inputs['spec']).toEqual({
      limits: [{ type: 'Container', default: containerDefault, defaultRequest: containerDefault, max: { memory: '64Gi' } }],
    });
  });
});

describe('when an argument is invalid', () => {
  it.each<[string, ModelNamespaceArgs, string]>([
    ['a backend that there is not', { admissionBackend: 'gatekeeper' }, 'admissionBackend'],
    ['an argument that nobody reads', { labels: {} } as ModelNamespaceArgs, 'labels'],
    ['a misspelt bound', { quota: { gpu: 1 } } as ModelNamespaceArgs, 'quota.gpu'],
    ['a misspelt limit', { containerLimits: { memory: '1Gi' } } as ModelNamespaceArgs, 'containerLimits.memory'],
    ['a version that moves', { podSecurityVersion: 'latest' }, 'podSecurityVersion'],
    ['a version before probes were looked at', { podSecurityVersion: 'v1.33' }, 'podSecurityVersion'],
    ['a part of an accelerator', { quota: { gpus: { 'nvidia.com/gpu': 0.5 } } }, 'quota.gpus["nvidia.com/gpu"]'],
    ['an accelerator that is none', { quota: { gpus: { gpu: 1 } } }, 'quota.gpus["gpu"]'],
    ['memory without a unit that is one', { quota: { memory: '64 GB' } }, 'quota.memory'],
    ['half a byte of memory', { containerLimits: { defaultMemory: '512m' } }, 'containerLimits.defaultMemory'],
    ['CPU of zero', { quota: { cpu: '0' } }, 'quota.cpu'],
    ['disk that is none', { quota: { ephemeralStorage: 'much' } }, 'quota.ephemeralStorage'],
    ['less than no pods', { quota: { pods: -1 } }, 'quota.pods'],
  ])('refuses %s', async (_case, args, path) => {
    const engine = await MockEngine.start();
    expect(() => new ModelNamespace('models', args)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ propertyPath: path })] }),
    );
    await settled();
    expect(engine.resources.filter((resource) => resource.type.startsWith('kubernetes:'))).toEqual([]);
  });
});

describe('when the name is none that a namespace can have', () => {
  it.each(['ML_Serving', '', '-x', 'n'.repeat(64), 'a.b'])('refuses %p', async (namespace) => {
    const engine = await MockEngine.start();
    expect(() => new ModelNamespace('models', { namespace })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ propertyPath: 'namespace' })] }),
    );
    await settled();
    expect(engine.resources.filter((resource) => resource.type.startsWith('kubernetes:'))).toEqual([]);
  });
});
