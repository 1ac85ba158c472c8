import { chartValues } from '../../components/kyverno/chartValues';
import { kyvernoSettings } from '../../components/kyverno/settings';
import { HELM, KYVERNO_REPORTS } from '../../tools/toolchain/goTool';
import { hasKyvernoChart } from '../../tools/toolchain/kyvernoChart';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { ApiResult, Manifest } from '../support/cluster/apiClient';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';
import type { Kyverno } from '../support/cluster/kyverno';
import { flagsOf, podTemplates, renderKyvernoChart } from '../support/helm/renderChart';
import type { RenderedChart } from '../support/helm/renderChart';
import { carelessPod } from '../support/cluster/pods';

const PLAIN_VALUES = chartValues(kyvernoSettings('kyverno', {}));
const describeInstalled = hasKyvernoChart()
  ? describeCluster({ crds: ['kyverno'] }, HELM, KYVERNO_REPORTS, ...ADMISSION_TOOLS)
  : describe.skip;

/** What KyvernoInstallation comes to by the real chart, on a real API server; then the real Kyverno with the flags of that Deployment. */
describeInstalled('KyvernoInstallation', () => {
  let cluster: Cluster;
  let chart: RenderedChart;
  let kyverno: Kyverno;
  const answers = new Map<string, ApiResult>();
  let careless: ApiResult;
  const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name ?? ''}`;
  const isDefinition = ({ kind }: Manifest) => kind === 'CustomResourceDefinition';
  const flags = (controller: string) => flagsOf(podTemplates(chart.objects).get(`kyverno-${controller}-controller`)!.spec.containers[0]!);

  const webhooksOf = async (name: string) => {
    const kind = 'ValidatingWebhookConfiguration';
    const { body } = await cluster.read({ apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name } });
    return (body as { webhooks: { name: string; failurePolicy: string; timeoutSeconds: number }[] }).webhooks;
  };

  /** A policy that refuses ConfigMaps with a label, and such a ConfigMap. */
  const refusing: Manifest = {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ValidatingPolicy',
    metadata: { name: 'refusing' },
    spec: {
      webhookConfiguration: { timeoutSeconds: 30 },
      matchConstraints: {
        objectSelector: { matchLabels: { refused: 'yes' } },
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      },
      validations: [{ expression: 'false', message: 'refused by the policy' }],
    },
  };
  const refused = (namespace: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'refused', namespace, labels: { refused: 'yes' } },
  });

  beforeAll(async () => {
    cluster = await startCluster();
    chart = await renderKyvernoChart(PLAIN_VALUES);
    await cluster.namespace('kyverno', { podSecurity: 'restricted' });
    await cluster.namespace('models');
    // Definitions first, as Helm does it: what is of their kinds comes later.
    const inOrder = [...chart.objects.filter(isDefinition), ...chart.objects.filter((object) => !isDefinition(object))];
    for (const object of inOrder) answers.set(nameOf(object), await cluster.apply(object));
    careless = await cluster.dryRun(withoutSecurityContext(chart.objects.find(({ kind }) => kind === 'Deployment')!));
    kyverno = await cluster.startKyverno({ installed: flags('admission') });
    await kyverno.enforce(refusing, refused('models'));
  }, 300_000);
  afterAll(() => cluster.stop());

  it('is accepted, every object of it', () => {
    expect(answers.size).toBeGreaterThan(60);
    expect([...answers].filter(([, { ok }]) => !ok).map(([name, { message }]) => `${name}: ${message}`)).toEqual([]);
    expect([...answers.keys()].filter((name) => name.startsWith('Deployment')).sort()).toEqual(
      ['admission', 'background', 'cleanup', 'reports'].map((name) => `Deployment kyverno-${name}-controller`),
    );
  });

  it('has pods that fit the Pod Security Standard restricted', () => {
    const warned = [...answers].flatMap(([name, { warnings }]) => warnings.filter((text) => text.includes('PodSecurity')).map(() => name));
    expect(warned).toEqual([]);
    // The same pods without what the chart says about their security would be warned about.
    expect(careless.warnings.filter((text) => text.includes('PodSecurity'))).toHaveLength(1);
  });

  it('has jobs for upgrades and removal that are accepted as well', async () => {
    expect(chart.hooks.map(({ kind }) => kind)).toContain('Job');
    for (const hook of chart.hooks) {
      const { ok, message } = await cluster.dryRun(hook);
      expect(`${nameOf(hook)}: ${ok ? 'accepted' : message}`).toBe(`${nameOf(hook)}: accepted`);
    }
  });

  it('could not be installed with labels of ours: the chart selects by one of them', async () => {
    const labelled = await renderKyvernoChart({
      ...PLAIN_VALUES,
      customLabels: { 'app.kubernetes.io/part-of': 'pulumi-model-supply-chain' },
    });
    const [deployment] = labelled.objects.filter(({ kind }) => kind === 'Deployment');
    const other = { ...deployment!, metadata: { ...deployment!.metadata, name: 'another' } };
    expect(await cluster.dryRun(other)).toMatchObject({ ok: false, message: expect.stringContaining('selector') });
  }, 60_000);

  it('has webhooks that fail closed, and wait as long as the API server allows where the policy says so', async () => {
    const ours = (await webhooksOf('kyverno-resource-validating-webhook-cfg')).filter(({ name }) => name.startsWith('vpol'));
    expect(ours).toEqual([expect.objectContaining({ failurePolicy: 'Fail', timeoutSeconds: 30 })]);
    // The flag is for the webhooks of ClusterPolicies, and for those that read policies; the newer kinds name their own time, or get 10 s.
    const ofPolicies = await webhooksOf('kyverno-policy-validating-webhook-cfg');
    expect(ofPolicies.map(({ failurePolicy, timeoutSeconds }) => ({ failurePolicy, timeoutSeconds }))).toContainEqual({
      failurePolicy: 'Fail',
      timeoutSeconds: 30,
    });
  });

  it('judges namespaces, but not its own and that of the system', async () => {
    expect(await cluster.dryRun(refused('models'))).toMatchObject({ ok: false, message: expect.stringContaining('refused by the policy') });
    for (const namespace of ['kyverno', 'kube-system']) expect(await cluster.dryRun(refused(namespace))).toMatchObject({ ok: true });
  });

  it('heeds no exceptions of Kyverno', async () => {
    const exception: Manifest = {
      apiVersion: 'policies.kyverno.io/v1',
      kind: 'PolicyException',
      metadata: { name: 'let-in', namespace: 'models' },
      spec: { policyRefs: [{ name: 'refusing', kind: 'ValidatingPolicy' }] },
    };
    expect(await cluster.apply(exception)).toMatchObject({
      warnings: [expect.stringContaining('would not be processed until it is enabled')],
    });
    expect(await cluster.dryRun(refused('models'))).toMatchObject({ ok: false, message: expect.stringContaining('refused by the policy') });
  });

  it('has a reports controller that starts with its flags', async () => {
    const reports = await cluster.startReportsController(flags('reports'));
    await reports.ready(() => Promise.resolve(reports.log().includes('background-scan-controller') ? true : undefined));
    expect(reports.log()).not.toContain('flag provided but not defined');
  }, 120_000);
});

describeInstalled('KyvernoInstallation and ModelAdmission together', () => {
  let rig: AdmissionRig;
  let unsigned: string;
  const pod = (image: string): Manifest => carelessPod(NAMESPACE, 'server', image);

  beforeAll(async () => {
    const { objects } = await renderKyvernoChart(PLAIN_VALUES);
    const { spec } = podTemplates(objects).get('kyverno-admission-controller')!;
    rig = await startAdmissionRig({ kyverno: { installed: flagsOf(spec.containers[0]!) } });
    const workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const trustPolicy = writeTrustPolicy(labDirectory(rig.cluster.directory), workshop, { tuf: rig.tuf, exceptions: [] });
    unsigned = await rig.push('keyless/unsigned');
    await enforce(rig.cluster, trustPolicy, { insecureRegistriesUnsafe: false });
    await untilRefused(rig.cluster, pod(unsigned), '[unsigned]');
  }, 300_000);
  afterAll(() => rig.stop());

  it('admit what the release workflow signed, and nothing else', async () => {
    const signed = await rig.push('keyless/signed');
    expect(await rig.cluster.dryRun(pod(signed))).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    // Asked a moment ago, and answered no: nothing is kept.
    await rig.sign(signed, RELEASE_WORKFLOW);
    expect(await rig.cluster.dryRun(pod(signed))).toMatchObject({ ok: true, message: '' });
    expect(await rig.cluster.dryRun(pod(unsigned))).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
  }, 60_000);
});

function withoutSecurityContext(deployment: Manifest): Manifest {
  const copy = structuredClone(deployment) as Manifest & { spec: { template: { spec: { containers: Record<string, unknown>[] } } } };
  for (const container of copy.spec.template.spec.containers) delete container['securityContext'];
  return copy;
}
