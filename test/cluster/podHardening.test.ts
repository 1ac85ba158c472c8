import fc from 'fast-check';
import { controlFindings, CONTROLS, isModelPod, ModelPod, optOutAnnotation, podOf } from '../../hardening';
import { KEPT_BY_THE_API_SERVER } from '../../components/admission/hardening/controls';
import { renderHardening } from '../../components/admission/hardening/hardeningPolicies';
import { ENFORCEMENT_LABEL } from '../../components/namespace/labels';
import { untilRefused } from '../support/admission/lab';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import type { KubernetesVersion } from '../support/cluster/controlPlane';
import type { Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';
import { goodModelPod } from '../support/hardening/modelPods';
import type { PodJson } from '../support/hardening/modelPods';
import { POD_CHANGES } from '../support/hardening/modelPodChanges';

const NAMESPACE = 'models';
const NAMES = Object.keys(POD_CHANGES);
const template = ({ metadata, spec }: PodJson) => ({ metadata: { ...metadata, labels: { app: 'server' } }, spec });
const selector = { matchLabels: { app: 'server' } };

/** A pod as it comes to the API server: by itself, and in what makes pods. */
const WORKLOADS: Readonly<Record<string, (pod: PodJson) => Manifest>> = {
  Pod: ({ metadata, spec }) => workload('v1', 'Pod', spec, metadata),
  Deployment: (pod) => workload('apps/v1', 'Deployment', { selector, template: template(pod) }),
  StatefulSet: (pod) => workload('apps/v1', 'StatefulSet', { selector, serviceName: 'server', template: template(pod) }),
  CronJob: (pod) => workload('batch/v1', 'CronJob', { schedule: '0 3 * * *', jobTemplate: { spec: { template: toItsEnd(pod) } } }),
};

function workload(apiVersion: string, kind: string, spec: object, metadata: object = {}): Manifest {
  return { apiVersion, kind, metadata: { ...metadata, name: `server-${kind.toLowerCase()}`, namespace: NAMESPACE }, spec };
}
const toItsEnd = (pod: PodJson) => template({ ...pod, spec: { ...pod.spec, restartPolicy: 'Never' } });

function changed(...names: readonly string[]): PodJson {
  const pod = goodModelPod();
  for (const name of names) {
    try {
      POD_CHANGES[name]!(pod);
    } catch (error) {
      // An earlier change took away what this one is about.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return pod;
}

/** Blocking controls that complain, as the preview judges. */
function complaints(json: PodJson): readonly string[] {
  const pod = podOf(json);
  if (!isModelPod(pod)) return [];
  const blocking = controlFindings(new ModelPod(pod)).filter(({ severity }) => severity === 'block');
  return [...new Set(blocking.map(({ controlId }) => controlId))].sort();
}

const told = (message: string): readonly string[] => [...message.matchAll(/\[([a-z-]+)\] expected/g)].map(([, id = '']) => id).sort();

describe.each<KubernetesVersion>(['1.35', 'newest'])('pod hardening at a real API server, %s', (version) => {
  describeCluster({ version })('and by the layer that the preview uses', () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ version });
      await cluster.namespace(NAMESPACE, { labels: { [ENFORCEMENT_LABEL]: 'true' } });
      await cluster.namespace('open');
      for (const object of renderHardening('models', ['Deny'])) {
        const { ok, message, warnings } = await cluster.apply(object as unknown as Manifest);
        expect({ ok, message, warnings }).toEqual({ ok: true, message: '', warnings: [] });
      }
      await untilRefused(cluster, WORKLOADS['Pod']!(changed('a token')), '[no-service-account-token]');
      // The policy about opt-outs comes into force by itself.
      await untilWarned();
    }, 120_000);
    afterAll(() => cluster.stop());

    const untilWarned = async () => {
      const deadline = Date.now() + 60_000;
      while ((await cluster.dryRun(WORKLOADS['Pod']!(givenUp('a token', 'no-service-account-token')))).warnings.length === 0)
        if (Date.now() > deadline) throw new Error('no warning about an opt-out');
    };
    const givenUp = (change: string, control: string, reason = 'the sidecar needs it'): PodJson => {
      const pod = changed(change);
      pod.metadata.annotations = { [optOutAnnotation(control)]: reason };
      return pod;
    };
    const ask = (pod: PodJson, kind = 'Pod') => cluster.dryRun(WORKLOADS[kind]!(pod));

    it.each(NAMES)('agree about a pod with this change: %s', async (name) => {
      const pod = changed(name);
      for (const kind of Object.keys(WORKLOADS)) {
        const { ok, message } = await ask(pod, kind);
        const invalid = !ok && !message.includes('denied request') ? message : undefined;
        expect({ kind, invalid, ids: told(message), ok }).toEqual({
          kind,
          invalid: undefined,
          ids: complaints(pod),
          ok: complaints(pod).length === 0,
        });
      }
    });

    it('agree about several changes at once', async () => {
      const tally = { admitted: 0, refused: 0 };
      for (const names of fc.sample(fc.subarray(NAMES, { minLength: 2, maxLength: 5 }), { numRuns: 150, seed: 7 })) {
        const pod = changed(...names);
        const { ok, message } = await ask(pod);
        if (!ok && !message.includes('denied request')) continue;
        tally[ok ? 'admitted' : 'refused'] += 1;
        expect({ names, ids: told(message) }).toEqual({ names, ids: complaints(pod) });
      }
      expect(tally.refused).toBeGreaterThan(50);
    }, 60_000);

    it('say what is wrong where, why, and what to do', async () => {
      const { message } = await ask(changed('no read-only root', 'a token'));
      expect(message).toContain('[read-only-root] expected a read-only root file system, not so: server; why: ');
      expect(message).toContain('next: write automountServiceAccountToken: false in the pod');
      expect(message).toContain('docs: https://unpkg.com/pulumi-model-supply-chain/docs/pod-hardening.md');
    });

    it('let a control be given up with a reason, which is told', async () => {
      for (const kind of Object.keys(WORKLOADS)) {
        const { ok, warnings } = await ask(givenUp('a token', 'no-service-account-token'), kind);
        expect({ kind, ok, warnings: warnings.filter((text) => text.includes('given up')) }).toEqual({
          kind,
          ok: true,
          warnings: [expect.stringContaining('opt-out-no-service-account-token: the sidecar needs it')],
        });
      }
    });

    it.each([
      ['of another control', 'read-only-root', 'why not'],
      ['without a reason', 'no-service-account-token', '  '],
    ])('take no opt-out %s', async (_what, control, reason) => {
      const { ok, message } = await ask(givenUp('a token', control, reason));
      expect({ ok, ids: told(message) }).toEqual({ ok: false, ids: ['no-service-account-token'] });
    });

    it('tell an opt-out whose reason has several lines and no end', async () => {
      const { warnings } = await ask(givenUp('a token', 'no-service-account-token', `one\ntwo ${'x'.repeat(9000)}`));
      expect(warnings).toContainEqual(expect.stringMatching(/opt-out-no-service-account-token: one two x{180,200};/));
    });

    it('leave namespaces without enforcement alone', async () => {
      const pod = WORKLOADS['Pod']!(changed('a token'));
      expect(await cluster.dryRun({ ...pod, metadata: { ...pod.metadata, namespace: 'open' } })).toMatchObject({ ok: true });
    });

    it('let a Deployment from before be scaled, and not be changed to something else that is wrong', async () => {
      const before = WORKLOADS['Deployment']!(changed('a token'));
      const enforced = { labels: { [ENFORCEMENT_LABEL]: 'true' } };
      await cluster.namespace('late', { labels: { [ENFORCEMENT_LABEL]: 'false' } });
      const late: Manifest = { ...before, metadata: { ...before.metadata, namespace: 'late' } };
      expect(await cluster.apply(late)).toMatchObject({ ok: true });
      await cluster.namespace('late', enforced);
      const other = WORKLOADS['Deployment']!(changed('a token', 'advice only'));
      await untilRefused(cluster, { ...other, metadata: late.metadata }, '[no-service-account-token]');
      expect(await cluster.dryRun({ ...late, spec: { ...(late['spec'] as object), replicas: 3 } })).toMatchObject({ ok: true });
    }, 60_000);

    it.each(KEPT_BY_THE_API_SERVER)('need no policy for %s, which the API server keeps by itself', async (id) => {
      expect(CONTROLS.map((control) => control.id)).toContain(id);
      const pod = goodModelPod(1);
      pod.spec['containers'][0].resources.limits['nvidia.com/gpu'] = '0.5';
      expect(await ask(pod)).toMatchObject({ ok: false, reason: 'Invalid' });
    });
  });
});
