import { readFileSync } from 'node:fs';
import { KyvernoInstallation } from '../../../components';
import type { KyvernoInstallationArgs } from '../../../components';
import { chartVersionComplaint } from '../../../components/kyverno/chartVersion';
import { MockEngine, settled } from './mockEngine';

describe('when a KyvernoInstallation is created', () => {
  it('installs the pinned chart so that it fails closed and keeps no results', async () => {
    const engine = await MockEngine.start();
    new KyvernoInstallation('kyverno');
    const { inputs } = await engine.only('kubernetes:helm.sh/v3:Release');
    expect(inputs).toMatchObject({ chart: 'kyverno', version: '3.9.2', namespace: 'kyverno', atomic: true });
    expect(inputs['values']).toMatchObject({
      admissionController: {
        replicas: 3,
        priorityClassName: 'system-cluster-critical',
        networkPolicy: { enabled: true },
        // Text, because the chart leaves out values that are false.
        container: { extraArgs: { imageVerifyCacheEnabled: 'false', webhookTimeout: '30' }, resources: { limits: { memory: '1Gi' } } },
      },
      features: { forceFailurePolicyIgnore: { enabled: false }, policyExceptions: { enabled: false } },
      config: { excludeKyvernoNamespace: true },
    });
  });

  it('pins images by digest behind their tag', async () => {
    const engine = await MockEngine.start();
    const digest = `sha256:${'ab'.repeat(32)}`;
    new KyvernoInstallation('kyverno', { imageTag: 'v1.19.2', imageDigests: { admissionController: digest, reportsController: digest } });
    expect((await engine.only('kubernetes:helm.sh/v3:Release')).inputs['values']).toMatchObject({
      admissionController: { container: { image: { tag: `v1.19.2@${digest}` }, extraArgs: { imageVerifyCacheEnabled: 'false' } } },
      reportsController: { image: { tag: `v1.19.2@${digest}` } },
    });
  });
});

describe('the TUF repository of a private Sigstore', () => {
  const rootPath = __filename;

  it('is switched on in the chart together with its root, which the flag wants in base64', async () => {
    const engine = await MockEngine.start();
    new KyvernoInstallation('kyverno', { tuf: { mirror: 'https://tuf.acme.example', rootPath } });
    const rootRaw = readFileSync(rootPath).toString('base64');
    expect((await engine.only('kubernetes:helm.sh/v3:Release')).inputs['values']).toMatchObject({
      features: { tuf: { enabled: true, mirror: 'https://tuf.acme.example', rootRaw } },
    });
  });

  it('is left to the chart without the argument', async () => {
    const engine = await MockEngine.start();
    new KyvernoInstallation('kyverno');
    expect((await engine.only('kubernetes:helm.sh/v3:Release')).inputs['values']).not.toHaveProperty('features.tuf');
  });
});

describe('versions of the chart', () => {
  it.each(['3.9.2', '3.9.10', '3.10.0', '4.0.0'])('%s is accepted', (version) => {
    expect(chartVersionComplaint(version)).toBeUndefined();
  });
  it.each(['3.9.1', '3.8.99', '2.99.0', '3.9', '3.9.2-rc.1', 'latest', ''])('%p is refused', (version) => {
    expect(chartVersionComplaint(version)?.fix).toContain('CVE-2026-122321');
  });
});

describe('arguments that are refused', () => {
  it.each<[string, KyvernoInstallationArgs, string]>([
    ['an old chart', { chartVersion: '3.9.1' }, 'chartVersion'],
    ['one replica', { replicas: 1 }, 'replicas'],
    ['kube-system', { namespace: 'kube-system' }, 'namespace'],
    ['a TUF repository by plain http', { tuf: { mirror: 'http://tuf.acme.example', rootPath: __filename } }, 'tuf.mirror'],
    ['a TUF root that is not there', { tuf: { mirror: 'https://tuf.acme.example', rootPath: '/nowhere/root.json' } }, 'tuf.rootPath'],
    ['half a byte of memory', { memory: '512m' }, 'memory'],
    ['a digest without its tag', { imageDigests: { admissionController: `sha256:${'ab'.repeat(32)}` } }, 'imageTag'],
    [
      'the tag of a version below the floor under a chart above it',
      { imageTag: 'v1.19.1', imageDigests: { admissionController: `sha256:${'ab'.repeat(32)}` } },
      'imageTag',
    ],
    ['a tag that nothing is pinned to', { imageTag: 'v1.19.2' }, 'imageDigests'],
    [
      'a digest of an image that the chart does not run',
      { imageTag: 'v1.19.2', imageDigests: { kyverno: `sha256:${'ab'.repeat(32)}` } as object },
      'imageDigests.kyverno',
    ],
    ['an argument that nobody reads', { replica: 5 } as object, 'replica'],
    [
      'a digest that is none',
      { imageTag: 'v1.19.2', imageDigests: { admissionController: 'v1.19.2' } },
      'imageDigests.admissionController',
    ],
  ])('%s', async (_what, args, propertyPath) => {
    await MockEngine.start();
    expect(() => new KyvernoInstallation('kyverno', args)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ propertyPath })] }),
    );
    await settled();
  });
});
