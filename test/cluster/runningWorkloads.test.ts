import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { runningCommand } from '../../gate/running/command';
import { KYVERNO_REPORTS } from '../../tools/toolchain/goTool';
import { ENFORCEMENT_LABEL } from '../../components/namespace/labels';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';
import { restrictedPod } from '../support/cluster/pods';
import type { RunningProcess } from '../support/processes/processGroup';

interface Item {
  readonly kind: string;
  readonly scope?: { readonly name: string };
  readonly results?: readonly { readonly policy: string }[];
}

/** Pods that started before the policy held, and what Kyverno's real reports controller says about them afterwards. */
describeCluster(
  { crds: ['kyverno'] },
  ...ADMISSION_TOOLS,
  KYVERNO_REPORTS,
)('model-gate running in a cluster', () => {
  let rig: AdmissionRig;
  let reports: RunningProcess;
  let trustPolicy: string;
  let workshop: Workshop;
  let list: { readonly kind: string; readonly items: readonly Item[] };

  /** Nothing while the API server prepares to store what it just learned. */
  const read = async (): Promise<readonly Item[]> => {
    const paths = ['/api/v1/pods', '/api/v1/namespaces', '/apis/wgpolicyk8s.io/v1alpha2/policyreports'];
    const answers = await Promise.all(paths.map((path) => rig.cluster.client.request('GET', path)));
    // Lists of one kind leave out of their items what kubectl writes into each.
    if (answers.some(({ status }) => status === 429)) return [];
    return answers.flatMap(({ ok, message, body }) => {
      if (!ok) throw new Error(message);
      const { apiVersion, kind, items } = body as { apiVersion: string; kind: string; items: readonly object[] };
      return items.map((item) => ({ apiVersion, kind: kind.replace(/List$/, ''), ...item }) as Item);
    });
  };
  const reportsAbout = (items: readonly Item[], pod: string) =>
    items.filter((item) => item.scope?.name === pod).flatMap(({ results = [] }) => results.map(({ policy }) => policy));

  beforeAll(async () => {
    rig = await startAdmissionRig();
    const { cluster } = rig;
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    trustPolicy = writeTrustPolicy(labDirectory(cluster.directory), workshop, { tuf: rig.tuf, exceptions: [] });
    const [good, unsigned, foreign] = [
      await workshop.image('keyless/good'),
      await workshop.image('keyless/unsigned'),
      await workshop.image('keyless/foreign'),
    ];
    await workshop.sign(good, { identity: RELEASE_WORKFLOW });
    await workshop.sign(foreign, { identity: FOREIGN_WORKFLOW });
    await cluster.namespace(NAMESPACE, { labels: { [ENFORCEMENT_LABEL]: 'true' } });
    await cluster.namespace('elsewhere');
    const before = [
      restrictedPod(NAMESPACE, 'good', good.reference),
      restrictedPod(NAMESPACE, 'unsigned', unsigned.reference),
      restrictedPod(NAMESPACE, 'foreign', foreign.reference),
      restrictedPod('elsewhere', 'not-ours', unsigned.reference),
    ];
    for (const pod of before) expect(await cluster.apply(pod)).toMatchObject({ ok: true });
    await enforce(cluster, trustPolicy);
    await untilRefused(cluster, restrictedPod(NAMESPACE, 'late', unsigned.reference), '[unsigned]');
    reports = await cluster.startReportsController();
    list = { kind: 'List', items: await reports.ready(reported, 180_000) };
  }, 600_000);
  afterAll(() => rig.stop());

  async function reported(): Promise<readonly Item[] | undefined> {
    await delay(500);
    const items = await read();
    return ['good', 'unsigned', 'foreign'].every((pod) => reportsAbout(items, pod).includes('models-images')) ? items : undefined;
  }

  const run = async (input: object, ...options: readonly string[]) => {
    let output = '';
    const write = (text: string) => (output += text);
    const streams = { stdin: Readable.from([JSON.stringify(input)]), stdout: { write }, stderr: { write } };
    const code = await runningCommand(['--trust-policy', trustPolicy, ...options], streams, {});
    return { code, output };
  };
  /** The Sigstore of the test ends soon, which is told as well. */
  const found = (code: string) => ({ findings: expect.arrayContaining([expect.objectContaining({ code })]) });
  const only = (...pods: readonly string[]) => ({
    kind: 'List',
    items: list.items.filter(
      (item) => item.kind !== 'Pod' || pods.includes((item as unknown as { metadata: { name: string } }).metadata.name),
    ),
  });

  it('finds what runs against the policy, by verdict and by report, and says so alike', async () => {
    const { code, output } = await run(list, '--output', 'json');
    const { workloads } = JSON.parse(output) as { readonly workloads: readonly { readonly workload: { readonly name: string } }[] };
    expect(workloads.map(({ workload, ...rest }) => ({ name: workload.name, ...rest }))).toMatchObject([
      { name: 'foreign', preview: 'rejected', cluster: 'rejected', agree: true, images: [found('identity-mismatch')] },
      { name: 'unsigned', preview: 'rejected', cluster: 'rejected', agree: true, images: [found('unsigned')] },
      { name: 'good', preview: 'verified', cluster: 'verified', agree: true, next: 'nothing' },
    ]);
    expect(code).toBe(1);
  }, 60_000);

  it('tells it to people, with the words of the cluster and what to do', async () => {
    const { output } = await run(list);
    expect(output).toContain('models/Pod/unsigned  trust policy: rejected, cluster: rejected (they agree)');
    expect(output).toMatch(/cluster {3}models-images fail: \[unsigned\]/);
    expect(output).toContain('3 workloads: 1 verified, 2 rejected, 0 not checked; 0 about which trust policy and cluster differ');
  }, 60_000);

  it('is content with a cluster in which all that runs verifies', async () => {
    const { code, output } = await run(only('good'));
    expect(code).toBe(0);
    const [decided, ...lines] = output.split('\n');
    expect(decided).toMatch(/^trust policy: .*trust-policy\.yaml, sha256:[0-9a-f]{64}, \d+ policies$/);
    expect(lines).toEqual(['1 workload: 1 verified, 0 rejected, 0 not checked; 0 about which trust policy and cluster differ', '']);
  }, 60_000);

  it('does not take a missing report for a good one', async () => {
    const { items } = only('good');
    const { code, output } = await run({ kind: 'List', items: items.filter(({ scope }) => scope === undefined) });
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('cluster: unreported') });
  }, 60_000);
});
