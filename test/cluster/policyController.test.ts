import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { POLICY_CONTROLLER_LABEL } from '../../components/namespace/labels';
import { COSIGN, GGCR_REGISTRY, POLICY_CONTROLLER } from '../../tools/toolchain/goTool';
import { hasPolicyControllerConfig } from '../../tools/toolchain/policyControllerConfig';
import { tableInPage } from '../support/admission/caseTable';
import type { AnsweredCase } from '../support/admission/caseTable';
import { controllerCases } from '../support/admission/controllerCases';
import { CONTROLLER_DIFFERENCES, controllerDifference } from '../support/admission/controllerDifferences';
import { startControllerLab } from '../support/admission/controllerLab';
import type { ControllerLab } from '../support/admission/controllerLab';
import { controllerTable } from '../support/admission/controllerTable';
import { NAMESPACE } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { RELEASE_WORKFLOW } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import type { Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';
import { CONTROLLER_NAMESPACE } from '../support/cluster/policyController';
import { carelessPod } from '../support/cluster/pods';

/** May do everything by RBAC, and is no administrator of the admission. */
const TENANT = { name: 'tenant', groups: ['tenants'] };

/** A namespace that policy-controller is asked about, and ModelAdmission is not. */
const BARE = 'bare';

const describeController = hasPolicyControllerConfig() ? describeCluster({}, POLICY_CONTROLLER, GGCR_REGISTRY, COSIGN) : describe.skip;

/** One file for all of it: policy-controller always listens on the same port. */
describeController('ModelAdmission with policy-controller', () => {
  let lab: ControllerLab;
  let signed: Artifact;
  let unsigned: Artifact;
  const answers: AnsweredCase[] = [];
  const pod = (name: string, image: string, namespace = NAMESPACE): Manifest => carelessPod(namespace, name, image);
  const answer = async (manifest: Manifest) => {
    const { ok, message } = await lab.cluster.dryRun(manifest);
    return ok ? 'admitted' : message;
  };

  beforeAll(async () => {
    lab = await startControllerLab();
    const { cluster, workshop } = lab;
    [signed, unsigned] = [await workshop.image('keyless/by-hand', 'v1'), await workshop.image('keyless/by-nobody', 'v1')];
    await workshop.sign(signed, { identity: RELEASE_WORKFLOW });
    const cases = await controllerCases(workshop);
    const trustPolicy = lab.trustPolicy();
    await lab.enforce(trustPolicy.cluster);
    await cluster.namespace(BARE, { labels: { [POLICY_CONTROLLER_LABEL]: 'true' } });
    // Until everything is in force, all is admitted, and until all policies are read, all is denied.
    await lab.until('an unsigned image is denied', async () => (await answer(pod('probe', unsigned.reference))).includes('failed policy'));
    await lab.until('a short name is denied', async () => (await answer(pod('probe', 'nginx'))).includes('[image-not-covered]'));
    await lab.until('a signed image is admitted', async () => (await answer(pod('probe', signed.reference))) === 'admitted');
    const admin = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: TENANT.name }];
    const kind = 'ClusterRoleBinding';
    await cluster.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'tenant' }, roleRef: admin, subjects });
    // The pack keeps cryptographic results between runs; not those of a test.
    process.env['XDG_CACHE_HOME'] = mkdtempSync(path.join(tmpdir(), 'verification-cache-'));
    const preview = new Preview(trustPolicy.preview);
    for (const asked of cases) {
      const image = await preview.verify(asked.reference);
      const { admits } = await preview.judge(asked.object);
      const { ok, message } = await cluster.dryRun(asked.object.manifest);
      answers.push({ asked, image, preview: admits, cluster: ok, message });
    }
  }, 1_200_000);
  afterAll(() => lab.stop());

  it('is asked more than a hundred questions, of which both admit and deny many', () => {
    expect(answers.length).toBeGreaterThanOrEqual(100);
    expect(answers.filter(({ cluster }) => cluster).length).toBeGreaterThan(30);
    expect(answers.filter(({ cluster }) => !cluster).length).toBeGreaterThan(30);
  });

  it('says what the preview says, but for the known differences', () => {
    const different = answers.filter(({ preview, cluster }) => preview !== cluster);
    const unknown = different.filter(({ asked, cluster }) => controllerDifference(asked)?.cluster !== (cluster ? 'admits' : 'denies'));
    const shown = unknown.map(({ asked, message }) => `${asked.policy}, ${asked.artifact}, ${asked.workload}: ${message || 'admitted'}`);
    expect(shown).toEqual([]);
    const met = new Set(different.map(({ asked }) => controllerDifference(asked)));
    expect(CONTROLLER_DIFFERENCES.filter((known) => !met.has(known))).toEqual([]);
  });

  it('is told in the documentation as it is', () => {
    const table = controllerTable(answers);
    expect(tableInPage('policy-controller.md', table)).toBe(table);
  });

  it('admits what the real cosign signed: keyless, and with a key in the old layout', async () => {
    const [keyless, key] = [await lab.workshop.image('keyless/by-cosign'), await lab.workshop.image('key/by-cosign')];
    for (const { reference } of [keyless, key]) expect(await answer(pod('by-cosign', reference))).toContain('failed policy');
    await lab.cosignSign(keyless.reference, RELEASE_WORKFLOW);
    await lab.cosignSign(key.reference, 'key');
    for (const { reference } of [keyless, key]) expect(await answer(pod('by-cosign', reference))).toBe('admitted');
  }, 60_000);

  it('runs what it verified: the digest behind a tag is written into the pod', async () => {
    const byTag = `${lab.workshop.registry.address}/keyless/moving:v1`;
    const first = await lab.workshop.image('keyless/moving', 'v1');
    await lab.workshop.sign(first, { identity: RELEASE_WORKFLOW });
    const admitted = await lab.cluster.dryRun(pod('moving', byTag));
    expect(admitted).toMatchObject({ ok: true, body: { spec: { containers: [{ image: `${byTag}@${first.digest}` }] } } });
    await lab.workshop.image('keyless/moving', 'v1');
    expect(await answer(pod('moving', byTag))).toContain('failed policy: models-keyless');
  }, 60_000);

  it('judges another image of a pod, and an ephemeral container', async () => {
    expect(await lab.cluster.apply(pod('changing', signed.reference))).toMatchObject({ ok: true });
    expect(await answer(pod('changing', unsigned.reference))).toContain('failed policy: models-keyless');
    const debug = (image: string) =>
      lab.cluster.client.request('PATCH', `/api/v1/namespaces/${NAMESPACE}/pods/changing/ephemeralcontainers?dryRun=All`, {
        body: { spec: { ephemeralContainers: [{ name: 'debug', image }] } },
        contentType: 'application/strategic-merge-patch+json',
      });
    expect((await debug(unsigned.reference)).message).toContain('failed policy: models-keyless');
    expect(await debug(signed.reference)).toMatchObject({ ok: true });
  }, 60_000);

  it('warns only, where the trust policy says so, also about what cannot be found', async () => {
    const missing = `${lab.workshop.registry.address}/warn/missing@${signed.digest}`;
    const { ok, warnings } = await lab.cluster.dryRun(pod('warned', missing));
    expect({ ok, warnings }).toEqual({
      ok: true,
      warnings: expect.arrayContaining([expect.stringContaining('failed policy: models-warn')]),
    });
  }, 60_000);

  it('a tenant cannot change its policies, its webhooks and its settings', async () => {
    const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/policy.sigstore.dev';
    const settings = `/api/v1/namespaces/${CONTROLLER_NAMESPACE}/configmaps`;
    const policy = { apiVersion: 'policy.sigstore.dev/v1beta1', kind: 'ClusterImagePolicy', metadata: { name: 'models-keyless' } };
    const remove = (where: string) => lab.cluster.client.request('DELETE', `${where}?dryRun=All`, { as: TENANT });
    expect(await lab.cluster.delete(policy, { as: TENANT })).toMatchObject({
      ok: false,
      message: expect.stringContaining('only administrators may change policies and webhooks of policy-controller'),
    });
    expect((await remove(webhooks)).message).toContain('only administrators may change policies and webhooks of policy-controller');
    for (const name of ['config-image-policies', 'config-policy-controller', 'config-sigstore-keys']) {
      expect((await remove(`${settings}/${name}`)).message).toContain('only administrators may change the settings of policy-controller');
    }
    // All at once is no way around it.
    expect(await remove(settings)).toMatchObject({ ok: false, message: expect.stringContaining('guard-controller') });
    // Others of its namespace are none of our business.
    expect(await remove(`${settings}/config-logging`)).toMatchObject({ ok: true });
  }, 60_000);

  it('the guards leave policy-controller itself its work', async () => {
    const policy: Manifest = {
      apiVersion: 'policy.sigstore.dev/v1beta1',
      kind: 'ClusterImagePolicy',
      metadata: { name: 'later' },
      spec: { images: [{ glob: 'later.example/**' }], authorities: [{ name: 'none', static: { action: 'fail' } }] },
    };
    expect(await lab.cluster.apply(policy)).toMatchObject({ ok: true });
    // It writes a finalizer into the policy, and the policy into a ConfigMap.
    await lab.untilReady(policy);
    await lab.until('the policy holds', async () =>
      (await answer(pod('later', `later.example/a/b@${signed.digest}`, BARE))).includes('failed policy: later'),
    );
  }, 120_000);

  it('no pod starts while it is set to take attestations for verified unseen; elsewhere anybody could sign then', async () => {
    const forged = await lab.workshop.image('keyless/forged');
    await lab.attachUnsignedAttestation(forged);
    expect(await answer(pod('forged', forged.reference, BARE))).toContain('failed policy: models-keyless');
    const config: Manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config-policy-controller', namespace: CONTROLLER_NAMESPACE },
    };
    await lab.cluster.apply({ ...config, data: { 'enable-oci11': 'true' } });
    await lab.until('the API server refuses', async () => (await answer(pod('forged', forged.reference))).includes('enable-oci11'));
    await lab.until(
      'policy-controller admits what nobody signed',
      async () => (await answer(pod('forged', forged.reference, BARE))) === 'admitted',
    );
    expect(await answer(pod('forged', forged.reference))).toContain('accept signatures without verifying them');
    await lab.cluster.apply({ ...config, data: {} });
    await lab.until('signed images start again', async () => (await answer(pod('good', signed.reference))) === 'admitted');
  }, 120_000);

  it('verifies at every change of a pod, also of one that leaves the images alone; the pod can be deleted while the registry is down', async () => {
    const running = pod('running', signed.reference);
    const labelled = { ...running, metadata: { ...running.metadata, labels: { reviewed: 'yes' } } };
    expect(await lab.cluster.apply(running)).toMatchObject({ ok: true });
    expect(await answer(labelled)).toBe('admitted');
    await lab.registry.stop();
    expect(await answer(labelled)).toContain('failed policy: models-keyless');
    expect(await lab.cluster.delete(running)).toMatchObject({ ok: true });
  }, 60_000);

  it('nothing starts while it is down', async () => {
    await lab.controller.kill();
    expect(await answer(pod('late', signed.reference))).toContain('failed calling webhook');
  }, 60_000);
});
