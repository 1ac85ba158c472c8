import { ENFORCEMENT_LABEL, POLICY_CONTROLLER_LABEL } from '../../components/namespace/labels';
import type { Manifest } from '../support/cluster/apiClient';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';
import { imagePolicy, render, trustPolicy } from '../unit/components/admission/trustPolicies';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const SIGNED = `ghcr.io/acme/model@${DIGEST}`;
const POLICY = imagePolicy({ images: ['ghcr.io/acme/**', 'docker.io/library/nginx', '127.0.0.1:5000/**'] });
const CONFIG: Manifest = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config-policy-controller', namespace: 'cosign-system' },
};

/**
 * What ModelAdmission adds to the ClusterImagePolicies, by a real API server alone: policy-controller does not run here, so whatever is admitted
 * is what it would be asked about.
 */
describeCluster()('beside policy-controller the API server itself', () => {
  let cluster: Cluster;
  const labels = { [ENFORCEMENT_LABEL]: 'true', [POLICY_CONTROLLER_LABEL]: 'true' };
  const pod = (image: string, fields: object = {}, namespace = 'models'): Manifest => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace },
    spec: { containers: [{ name: 'server', image }], ...fields },
  });
  const volume = (reference: string) => ({ volumes: [{ name: 'model', image: { reference } }] });
  const deployment = (name: string, image: string, fields: object = {}): Manifest => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'models' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'server', image }] } },
      ...fields,
    },
  });
  const refusal = async (manifest: Manifest) => {
    const { ok, message } = await cluster.dryRun(manifest);
    return ok ? 'admitted' : message;
  };
  /** Renders and applies; the API server follows a moment later. */
  const enforce = async (unmatchedImages: string, imagePolicies: readonly object[] = [POLICY]) => {
    const { policies } = render(trustPolicy({ unmatchedImages, policies: imagePolicies }), { backend: 'policyController' });
    const ofApiServer = policies.filter(({ apiVersion }) => apiVersion === 'admissionregistration.k8s.io/v1');
    for (const object of ofApiServer) expect(await cluster.apply(object as unknown as Manifest)).toMatchObject({ ok: true, message: '' });
    return ofApiServer;
  };
  const until = async (manifest: Manifest, words: string) => {
    for (let attempt = 0; attempt < 300; attempt++) {
      if ((await refusal(manifest)).includes(words)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`not answered with ${words}: ${await refusal(manifest)}`);
  };

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.namespace('cosign-system');
    await cluster.apply({ ...CONFIG, data: { 'no-match-policy': 'deny' } });
    await cluster.namespace('models', { labels });
    await cluster.namespace('unlabelled', { labels: { [ENFORCEMENT_LABEL]: 'true' } });
    await cluster.namespace('elsewhere');
    // Before the policies hold, and not looked at by them.
    await cluster.apply(deployment('old', `quay.io/x/y@${DIGEST}`));
    await enforce('deny');
    await until(pod(`quay.io/x/y@${DIGEST}`), '[image-not-covered]');
    await until(pod(SIGNED), 'admitted');
  }, 120_000);
  afterAll(() => cluster.stop());

  it.each([
    ['a covered image', SIGNED],
    ['a tag with a digest, as policy-controller writes it', `ghcr.io/acme/model:v1@${DIGEST}`],
    ['Docker Hub by its short name', `nginx@${DIGEST}`],
    ['Docker Hub under its other name', `index.docker.io/library/nginx@${DIGEST}`],
    ['a registry with a port', `127.0.0.1:5000/a/b@${DIGEST}`],
  ])('leaves to policy-controller: %s', async (_what, image) => {
    expect(await refusal(pod(image))).toBe('admitted');
  });

  it.each([
    ['an image that no policy covers', `ghcr.io/acme-evil/model@${DIGEST}`, '[image-not-covered]'],
    ['a host in upper case', `GHCR.io/acme/model@${DIGEST}`, '[reference-malformed]'],
    ['a host with its default port', `ghcr.io:443/acme/model@${DIGEST}`, '[reference-malformed]'],
    ['a host as a number', `0x7f.0.0.1:5000/a/b@${DIGEST}`, '[reference-malformed]'],
    ['what is no reference', 'ghcr.io//acme', '[reference-malformed]'],
  ])('refuses %s', async (_what, image, words) => {
    expect(await refusal(pod(image))).toContain(words);
    expect(await refusal(pod(SIGNED, { initContainers: [{ name: 'init', image }] }))).toContain(words);
    expect(await refusal(deployment('new', image))).toContain(words);
  });

  it('refuses an image volume of a covered image, which policy-controller would not look at', async () => {
    expect(await refusal(pod(SIGNED, volume(SIGNED)))).toMatch(/mounted as an image volume.*initContainerCopy.*docs:/s);
    expect(await refusal(pod(SIGNED, volume(`quay.io/x/y@${DIGEST}`)))).toContain('[image-not-covered]');
  });

  it('refuses every pod of a namespace about which policy-controller is not asked, and says what to do', async () => {
    expect(await refusal(pod(SIGNED, {}, 'unlabelled'))).toContain('policy-controller is not asked about namespace unlabelled');
    expect(await refusal(pod('nginx', {}, 'elsewhere'))).toBe('admitted');
  });

  it('lets a Deployment from before be scaled, and judges its next image', async () => {
    expect(await refusal(deployment('old', `quay.io/x/y@${DIGEST}`, { replicas: 5 }))).toBe('admitted');
    expect(await refusal(deployment('old', `quay.io/x/z@${DIGEST}`))).toContain('[image-not-covered]');
  });

  it('judges a changed image of a pod and an ephemeral container', async () => {
    expect(await cluster.apply(pod(SIGNED))).toMatchObject({ ok: true });
    expect(await refusal(pod(`quay.io/x/y@${DIGEST}`))).toContain('[image-not-covered]');
    const debug = await cluster.client.request('PATCH', '/api/v1/namespaces/models/pods/pod/ephemeralcontainers?dryRun=All', {
      body: { spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] } },
      contentType: 'application/strategic-merge-patch+json',
    });
    expect(debug.message).toContain('[image-not-covered] busybox');
  });

  it('refuses pods while policy-controller is set to accept what it did not verify', async () => {
    await cluster.apply({ ...CONFIG, data: { 'enable-oci11': 'true' } });
    await until(pod(SIGNED), 'accept signatures without verifying them');
    await cluster.apply({ ...CONFIG, data: { 'enable-oci11': 'false' } });
    await until(pod(SIGNED), 'admitted');
    await cluster.delete(CONFIG);
    await until(pod(SIGNED), 'no params found');
    await cluster.apply({ ...CONFIG, data: {} });
    await until(pod(SIGNED), 'admitted');
  }, 120_000);

  it('judges sixty containers under a hundred policies: the API server ends expressions that cost too much', async () => {
    const policies = Array.from({ length: 100 }, (_, index) =>
      imagePolicy({
        name: `p${index}`,
        images: [`ghcr.io/acme-${index}/models/**`, `registry-${index}.internal.example:5000/team/ml-*/server`],
      }),
    );
    await enforce('deny', policies);
    const containers = (registry: string) =>
      Array.from({ length: 60 }, (_, index) => ({ name: `c${index}`, image: `${registry}/team/ml-${index}/server@${DIGEST}` }));
    const many = (registry: string) => ({
      ...pod(SIGNED),
      metadata: { name: 'many', namespace: 'models' },
      spec: { containers: containers(registry) },
    });
    await until(many('registry-99.internal.example:5000'), 'admitted');
    expect(await refusal(many('registry-100.internal.example:5000'))).toContain('[image-not-covered]');
  }, 60_000);

  it('warns about uncovered images, and refuses unreadable ones, where the trust policy says warn', async () => {
    await enforce('warn');
    await until(pod(`quay.io/x/y@${DIGEST}`), 'admitted');
    expect((await cluster.dryRun(pod(`quay.io/x/y@${DIGEST}`))).warnings).toEqual([expect.stringContaining('[image-not-covered]')]);
    expect(await refusal(pod(`GHCR.io/acme/model@${DIGEST}`))).toContain('[reference-malformed]');
  }, 60_000);
});
