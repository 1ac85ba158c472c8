import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KyvernoInstallationArgs } from '../../components';
import { chartValues } from '../../components/kyverno/chartValues';
import { kyvernoSettings } from '../../components/kyverno/settings';
import { HELM } from '../../tools/toolchain/goTool';
import { hasKyvernoChart } from '../../tools/toolchain/kyvernoChart';
import type { Manifest } from '../support/cluster/apiClient';
import { flagsOf, kyvernoChartDefaults, podTemplates, renderKyvernoChart } from '../support/helm/renderChart';
import type { RenderedChart } from '../support/helm/renderChart';
import { unknownValues } from '../support/helm/unknownValues';
import { describeWith } from '../support/tool';

const valuesOf = (args: KyvernoInstallationArgs = {}) => chartValues(kyvernoSettings('kyverno', args));
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const MIRROR = 'https://tuf.acme.example';
const ROOT = '{"signed":{}}';
const CONTROLLERS = ['admission', 'background', 'cleanup', 'reports'] as const;

function rootFile(): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'kyverno-chart-')), 'root.json');
  writeFileSync(file, ROOT);
  return file;
}

// Helm takes seconds for the chart, and longer on a busy machine.
jest.setTimeout(120_000);

/** The real chart, rendered by the real Helm. */
const describeChart = hasKyvernoChart() ? describeWith(HELM) : describe.skip;

describeChart('the chart of Kyverno with the values of KyvernoInstallation', () => {
  let chart: RenderedChart;
  const deployment = (controller: string) => {
    const found = podTemplates(chart.objects).get(`kyverno-${controller}-controller`);
    if (found === undefined) throw new Error(`there is no Deployment of the ${controller} controller`);
    return found;
  };
  const main = (controller: string) => deployment(controller).spec.containers[0]!;
  const kind = (name: string) => chart.objects.filter((object) => object.kind === name);

  beforeAll(async () => {
    chart = await renderKyvernoChart(valuesOf());
  });

  it('knows every value', () => {
    const everything = valuesOf({
      imageTag: 'v1.19.2',
      imageDigests: { admissionController: DIGEST, initContainer: DIGEST, migration: DIGEST, webhooksCleanup: DIGEST },
      caCertificates: 'PEM',
      imagePullSecrets: ['ghcr'],
      tuf: { mirror: MIRROR, rootPath: rootFile() },
    });
    expect(unknownValues(everything, kyvernoChartDefaults())).toEqual([]);
  });

  it('would not know a misspelt one', () => {
    const misspelt = {
      features: { policyException: { enabled: false } },
      admissionController: { networkpolicy: {}, container: { args: 1 } },
    };
    expect(unknownValues(misspelt, kyvernoChartDefaults())).toEqual([
      'features.policyException',
      'admissionController.networkpolicy',
      'admissionController.container.args',
    ]);
  });

  it('runs several of each controller, with the priority of the system, not on one node', () => {
    expect([...podTemplates(chart.objects).keys()].sort()).toEqual(CONTROLLERS.map((name) => `kyverno-${name}-controller`));
    for (const controller of CONTROLLERS) {
      const { metadata, spec } = deployment(controller);
      const [owner] = kind('Deployment').filter(({ metadata: { name } }) => name === `kyverno-${controller}-controller`);
      expect(owner?.['spec']).toMatchObject({ replicas: controller === 'admission' ? 3 : 2 });
      expect(spec).toMatchObject({ priorityClassName: 'system-cluster-critical' });
      const [{ labelSelector }] = spec['topologySpreadConstraints'] as [{ labelSelector: { matchLabels: Record<string, string> } }];
      // A selector that meets no pod would spread nothing.
      expect(metadata.labels).toMatchObject(labelSelector.matchLabels);
    }
  });

  it('lets no selector miss its pods', () => {
    const selected = kind('Deployment').map(({ metadata, spec }) => {
      const { selector, template } = spec as { selector: { matchLabels: object }; template: { metadata: { labels: object } } };
      return { name: metadata.name, fits: expect.objectContaining(selector.matchLabels), labels: template.metadata.labels };
    });
    expect(selected).toHaveLength(CONTROLLERS.length);
    for (const { labels, fits } of selected) expect(labels).toEqual(fits);
  });

  it('keeps a budget of disruptions for each controller', () => {
    const budgets = kind('PodDisruptionBudget').map(({ metadata, spec }) => [
      metadata.name,
      (spec as { minAvailable: number }).minAvailable,
    ]);
    expect(Object.fromEntries(budgets)).toEqual(Object.fromEntries(CONTROLLERS.map((name) => [`kyverno-${name}-controller`, 1])));
  });

  it('gives memory to those that read attestations', () => {
    for (const controller of ['admission', 'reports']) {
      expect(main(controller).resources).toEqual({ requests: { cpu: '200m', memory: '1Gi' }, limits: { memory: '1Gi' } });
    }
  });

  it('tells the admission controller to fail closed and to keep no verdicts', () => {
    expect(Object.fromEntries(flagsOf(main('admission')))).toMatchObject({
      imageVerifyCacheEnabled: 'false',
      webhookTimeout: '30',
      forceFailurePolicyIgnore: 'false',
      enablePolicyException: 'false',
      excludeBootstrapResources: 'true',
      protectManagedResources: 'true',
      generateValidatingAdmissionPolicy: 'false',
      allowInsecureRegistry: 'false',
      admissionReports: 'true',
      loggingFormat: 'json',
    });
  });

  it('tells the reports controller to scan what runs and to keep no verdicts', () => {
    expect(Object.fromEntries(flagsOf(main('reports')))).toMatchObject({
      imageVerifyCacheEnabled: 'false',
      backgroundScan: 'true',
      policyReports: 'true',
      allowInsecureRegistry: 'false',
    });
  });

  it('leaves out a flag whose value is false instead of the text: why the values are texts', async () => {
    const extraArgs = { imageVerifyCacheEnabled: false };
    const careless = await renderKyvernoChart({ admissionController: { container: { extraArgs } }, reportsController: { extraArgs } });
    const all = [...podTemplates(careless.objects).values()].flatMap(({ spec }) => spec.containers.flatMap(({ args = [] }) => args));
    expect(all.filter((argument) => argument.includes('imageVerifyCache'))).toEqual([]);
  });

  it('takes its own namespace and that of the system out of the webhooks, and only those', () => {
    const config = kind('ConfigMap').find(({ metadata: { name } }) => name === 'kyverno');
    const { webhooks } = (config as Manifest & { data: { webhooks: string } }).data;
    expect(JSON.parse(webhooks)).toEqual({
      namespaceSelector: {
        matchLabels: null,
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kyverno'] },
        ],
      },
    });
  });

  it('has a network policy for each controller; those without webhooks are open to pods for metrics only', () => {
    const policies = new Map(kind('NetworkPolicy').map(({ metadata, spec }) => [metadata.name, (spec as { ingress: object[] }).ingress]));
    const metrics = [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port: 8000 }] }];
    expect(Object.fromEntries(policies)).toEqual({
      'kyverno-admission-controller': [{}],
      'kyverno-cleanup-controller': [{}],
      'kyverno-background-controller': metrics,
      'kyverno-reports-controller': metrics,
    });
  });
});

describeChart('images of the chart', () => {
  const imagesOf = ({ objects, hooks }: RenderedChart) =>
    [...podTemplates([...objects, ...hooks]).values()].flatMap(({ spec }) =>
      [...spec.containers, ...(spec.initContainers ?? [])].map(({ image }) => image),
    );

  it('have their digests, all of them', async () => {
    const names = [
      'admissionController',
      'initContainer',
      'backgroundController',
      'cleanupController',
      'reportsController',
      'migration',
      'webhooksCleanup',
    ] as const;
    const digests = Object.fromEntries(names.map((name, index) => [name, `sha256:${String(index).repeat(64)}`]));
    const images = imagesOf(await renderKyvernoChart(valuesOf({ imageTag: 'v1.19.2', imageDigests: digests })));
    const byRepository = Object.fromEntries(images.map((image) => image.split(':v1.19.2@') as [string, string]));
    expect(byRepository).toEqual({
      'reg.kyverno.io/kyverno/kyverno': digests['admissionController'],
      'reg.kyverno.io/kyverno/kyvernopre': digests['initContainer'],
      'reg.kyverno.io/kyverno/background-controller': digests['backgroundController'],
      'reg.kyverno.io/kyverno/cleanup-controller': digests['cleanupController'],
      'reg.kyverno.io/kyverno/reports-controller': digests['reportsController'],
      'reg.kyverno.io/kyverno/kyverno-cli': digests['migration'],
      'ghcr.io/kyverno/readiness-checker': digests['webhooksCleanup'],
    });
  });

  it('are those of the chart without digests', async () => {
    const images = imagesOf(await renderKyvernoChart(valuesOf()));
    expect(images.length).toBeGreaterThanOrEqual(7);
    expect(images.filter((image) => image.includes('@'))).toEqual([]);
  });
});

describeChart('options of KyvernoInstallation in the chart', () => {
  it('certificate authorities are mounted, pull secrets are named', async () => {
    const { objects } = await renderKyvernoChart(valuesOf({ caCertificates: 'THE PEM', imagePullSecrets: ['ghcr', 'harbor'] }));
    const authorities = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name?.endsWith('-ca-certificates'));
    const pems = authorities.map((object) => (object as Manifest & { data: Record<string, string> }).data['ca-certificates']?.trim());
    expect(pems).toEqual(['THE PEM', 'THE PEM', 'THE PEM']);
    for (const controller of ['admission', 'reports']) {
      const template = podTemplates(objects).get(`kyverno-${controller}-controller`)!;
      const flags = flagsOf(template.spec.containers[0]!);
      expect(flags.get('imagePullSecrets')).toBe('ghcr,harbor');
      expect(template.spec['volumes']).toContainEqual(
        expect.objectContaining({ configMap: expect.objectContaining({ name: `kyverno-${controller}-controller-ca-certificates` }) }),
      );
    }
  });

  it('the TUF repository reaches whoever verifies, its root as Kyverno decodes it', async () => {
    const { objects } = await renderKyvernoChart(valuesOf({ tuf: { mirror: MIRROR, rootPath: rootFile() } }));
    for (const controller of ['admission', 'reports']) {
      const flags = flagsOf(podTemplates(objects).get(`kyverno-${controller}-controller`)!.spec.containers[0]!);
      expect([flags.get('enableTuf'), flags.get('tufMirror')]).toEqual(['true', MIRROR]);
      expect(Buffer.from(flags.get('tufRootRaw') ?? '', 'base64').toString()).toBe(ROOT);
    }
  });

  it('the namespace is the one that webhooks leave out', async () => {
    const { objects } = await renderKyvernoChart(valuesOf({ namespace: 'policies' }), 'policies');
    const config = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'kyverno') as Manifest & {
      data: { webhooks: string };
    };
    expect(config.data.webhooks).toContain('"policies"');
  });
});
