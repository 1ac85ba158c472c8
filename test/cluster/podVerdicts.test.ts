import fc from 'fast-check';
import { podOf, podSecurityFindings } from '../../hardening';
import type { PodSecurityLevel } from '../../hardening';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import type { KubernetesVersion } from '../support/cluster/controlPlane';
import { describeCluster } from '../support/cluster/describeCluster';
import { goodModelPod } from '../support/hardening/modelPods';
import { almostGoodPod, anyPod, goodPod } from '../support/hardening/pods';

const LEVELS: readonly PodSecurityLevel[] = ['baseline', 'restricted'];

/** Generated pods with what the API server needs to take them for pods at all. What it still refuses as invalid is not compared. */
function completed(pod: unknown, name: string): { metadata: object; spec: Record<string, unknown> } {
  const copy = structuredClone(pod) as { metadata: object; spec: Record<string, unknown> };
  const spec = { ...copy.spec };
  delete spec['ephemeralContainers']; // cannot be created with a pod
  for (const kind of ['containers', 'initContainers']) {
    const list = spec[kind] as object[] | undefined;
    if (list) spec[kind] = list.map((container) => ({ image: 'registry.example/app:v1', ...container }));
  }
  const volumes = spec['volumes'] as object[] | undefined;
  if (volumes) spec['volumes'] = volumes.filter(Boolean).map((volume, index) => ({ ...volume, name: `v${index}` }));
  return { metadata: { ...copy.metadata, name }, spec };
}

/**
 * A real API server and we judge the same pods, with everything that it fills in before admission looks. The ids of the checks are compared with
 * the library in test/integration/podSecurity.test.ts; the API server tells words only.
 */
describe.each<readonly [KubernetesVersion, '1.35' | '1.37']>([
  ['1.35', '1.35'],
  ['newest', '1.37'],
])('when a real API server (%s) judges the same pod', (version, policy) => {
  describeCluster({ version })('with a namespace for each level', () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ version });
      for (const level of LEVELS) await cluster.namespace(level, { podSecurity: level });
    }, 120_000);
    afterAll(() => cluster.stop());

    const verdict = async (pod: { metadata: object; spec: object }, level: PodSecurityLevel) => {
      const answer = await cluster.dryRun({ ...pod, apiVersion: 'v1', kind: 'Pod', metadata: { ...pod.metadata, namespace: level } });
      if (answer.ok) return 'admitted';
      return answer.message.includes('violates PodSecurity') ? 'refused' : `invalid: ${answer.message}`;
    };
    const ours = (pod: unknown, level: PodSecurityLevel) =>
      podSecurityFindings(podOf(pod), level, policy).length === 0 ? 'admitted' : 'refused';

    it('admits what it admits and refuses what it refuses', async () => {
      const pods = [
        goodPod(),
        // The API server makes these ports host ports.
        { spec: { ...goodPod().spec, hostNetwork: true, containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] } },
        ...fc.sample(almostGoodPod, { numRuns: 400, seed: 3 }),
        ...fc.sample(anyPod, { numRuns: 100, seed: 4 }),
      ].map((pod, index) => completed(pod, `pod-${index}`));
      const tally = { admitted: 0, refused: 0, invalid: 0 };
      for (const pod of pods) {
        for (const level of LEVELS) {
          const theirs = await verdict(pod, level);
          if (theirs === 'admitted' || theirs === 'refused') {
            tally[theirs] += 1;
            expect({ pod, level, verdict: ours(pod, level) }).toEqual({ pod, level, verdict: theirs });
          } else tally.invalid += 1;
        }
      }
      // Both kinds of answers were compared, and often.
      expect(tally.admitted).toBeGreaterThan(50);
      expect(tally.refused).toBeGreaterThan(50);
    }, 120_000);

    it.each([0, 2])('admits the pod that serves a model as it should, with %s accelerators', async (gpus) => {
      const pod = goodModelPod(gpus);
      expect(await verdict({ ...pod, metadata: { ...pod.metadata, name: 'server' } }, 'restricted')).toBe('admitted');
    });
  });
});
