import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import type { KubernetesVersion } from '../support/cluster/controlPlane';
import { describeCluster } from '../support/cluster/describeCluster';
import { carelessPod, restrictedPod } from '../support/cluster/pods';

describe.each<KubernetesVersion>(['1.35', 'newest'])('a real API server, %s', (version) => {
  describeCluster({ version })('with a namespace that enforces restricted', () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ version });
      await cluster.namespace('models', { podSecurity: 'restricted' });
      await cluster.namespace('open');
    }, 120_000);
    afterAll(() => cluster.stop());

    it('knows its version', async () => {
      const { body } = await cluster.client.request('GET', '/version');
      expect(body).toMatchObject({
        major: '1',
        gitVersion: expect.stringMatching(version === '1.35' ? /^v1\.35\./ : /^v1\.(3[6-9]|[4-9])/),
      });
    });

    it('admits a restricted pod and stores it, and forgets it when it is deleted', async () => {
      const pod = restrictedPod('models', 'good');
      expect(await cluster.dryRun(pod)).toMatchObject({ ok: true, message: '', warnings: [] });
      expect(await cluster.read(pod)).toMatchObject({ ok: false, reason: 'NotFound' });
      expect(await cluster.apply(pod)).toMatchObject({ ok: true, status: 201 });
      expect(await cluster.read(pod)).toMatchObject({ ok: true, body: { metadata: { name: 'good' } } });
      expect(await cluster.delete(pod)).toMatchObject({ ok: true });
      expect(await cluster.read(pod)).toMatchObject({ ok: false, status: 404 });
    });

    it.each(['dryRun', 'apply'] as const)('refuses a pod without a security context, in its own words, on %s', async (operation) => {
      const refused = await cluster[operation](carelessPod('models', 'bad'));
      expect(refused).toMatchObject({ ok: false, status: 403, reason: 'Forbidden' });
      expect(refused.message).toContain('violates PodSecurity "restricted:latest"');
      expect(refused.message).toContain('runAsNonRoot != true');
    });

    it('lets the same pod into a namespace without a level', async () => {
      expect(await cluster.dryRun(carelessPod('open', 'bad'))).toMatchObject({ ok: true, warnings: [] });
    });

    it('warns about the template of a Deployment, which it cannot refuse', async () => {
      const template = { metadata: { labels: { app: 'bad' } }, spec: carelessPod('models', 'bad')['spec'] };
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'bad', namespace: 'models' } };
      const { ok, warnings } = await cluster.dryRun({ ...deployment, spec: { selector: { matchLabels: { app: 'bad' } }, template } });
      expect({ ok, warnings }).toEqual({ ok: true, warnings: [expect.stringContaining('would violate PodSecurity "restricted:latest"')] });
    });

    it('refuses a field that the schema does not know', async () => {
      const pod = restrictedPod('models', 'typo');
      const refused = await cluster.dryRun({ ...pod, spec: { ...(pod['spec'] as object), hostNetwrk: true } });
      expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('hostNetwrk') });
    });

    it('does not serve a kind without its definition, and says how to get it', async () => {
      const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'route', namespace: 'open' } };
      expect(await cluster.dryRun(route)).toMatchObject({
        ok: false,
        status: 404,
        message: expect.stringContaining('startCluster({ crds })'),
      });
    });

    it('makes up a name where the manifest asks for one', async () => {
      const pod = { ...restrictedPod('open', ''), metadata: { generateName: 'job-', namespace: 'open' } };
      const { ok, body } = await cluster.apply(pod);
      expect({ ok, body }).toMatchObject({ ok: true, body: { metadata: { name: expect.stringMatching(/^job-.+/) } } });
    });

    it('knows other users than the administrator', async () => {
      const refused = await cluster.apply(restrictedPod('open', 'foreign'), { as: { name: 'mallory', groups: ['developers'] } });
      expect(refused).toMatchObject({ ok: false, reason: 'Forbidden', message: expect.stringContaining('User "mallory" cannot') });
    });
  });
});
