import path from 'node:path';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';
import { carelessPod, restrictedPod } from '../support/cluster/pods';
import type { Manifest } from '../support/cluster/apiClient';
import { openPulumiProject } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';

/** The real engine, without the policy pack, against a real API server; the provider between them is a stand-in of ours. */
describeCluster()('pulumi up on a namespace that enforces restricted', () => {
  let cluster: Cluster;
  let project: PulumiProject;
  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.namespace('models', { podSecurity: 'restricted' });
    project = await openPulumiProject(path.join(__dirname, 'program'), { cluster });
  }, 180_000);
  afterAll(async () => {
    project.close();
    await cluster.stop();
  });

  const up = (...pods: readonly Manifest[]) => {
    const listed = pods.map(({ metadata, spec }) => ({ name: metadata.name, args: { metadata, spec } }));
    return project.up({ policyPack: null, config: { pods: JSON.stringify(listed) } });
  };

  it('creates a restricted pod, and deletes it when it leaves the program', async () => {
    const pod = restrictedPod('models', 'good');
    const created = await up(pod);
    expect(created.output).toContain('2 created');
    expect(created.code).toBe(0);
    expect(await cluster.read(pod)).toMatchObject({ ok: true, body: { status: { phase: 'Pending' } } });

    expect((await up(pod)).output).toContain('2 unchanged');

    expect((await up()).output).toContain('1 deleted');
    expect(await cluster.read(pod)).toMatchObject({ ok: false, reason: 'NotFound' });
  }, 180_000);

  it('fails on a pod without a security context, with the words of the API server', async () => {
    const pod = carelessPod('models', 'bad');
    const result = await up(pod);
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('pods "bad" is forbidden: violates PodSecurity "restricted:latest"');
    expect(await cluster.read(pod)).toMatchObject({ ok: false, reason: 'NotFound' });
  }, 180_000);
});
