import { ModelNamespace } from '../../../components';
import { MockEngine, settled, valueOf } from './mockEngine';

describe('when a ModelNamespace is created', () => {
  it('enforces, audits and warns about Pod Security "restricted"', async () => {
    const engine = await MockEngine.start();
    const namespace = new ModelNamespace('ml-serving');
    expect(await valueOf(namespace.name)).toBe('ml-serving');
    expect((await engine.only('kubernetes:core/v1:Namespace')).inputs['metadata']).toEqual({
      name: 'ml-serving',
      labels: {
        'app.kubernetes.io/part-of': 'pulumi-model-supply-chain',
        'app.kubernetes.io/managed-by': 'pulumi',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'latest',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/audit-version': 'latest',
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': 'latest',
      },
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
