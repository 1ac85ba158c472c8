import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE, WORKLOADS } from '../support/admission/manifests';
import { release, writeTrustPolicy } from '../support/admission/trustPolicy';
import { RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ENFORCEMENT_LABEL } from '../../components/namespace/labels';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';

/** May do everything by RBAC, and is no administrator of the admission. */
const TENANT = { name: 'tenant' };

/** Ways past a policy that verifies images when a pod is created. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('past ModelAdmission', () => {
  let rig: AdmissionRig;
  let workshop: Workshop;
  let trustPolicy: string;
  let signed: Artifact;
  let unsigned: Artifact;

  const pod = (name: string, image: string, metadata: object = {}): Manifest => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, ...metadata },
    spec: { containers: [{ name: 'server', image }] },
  });

  beforeAll(async () => {
    rig = await startAdmissionRig();
    const { cluster, tuf } = rig;
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    [signed, unsigned] = [await workshop.image('keyless/signed', 'v1'), await workshop.image('keyless/unsigned', 'v1')];
    await workshop.sign(signed, { identity: RELEASE_WORKFLOW });
    trustPolicy = writeTrustPolicy(labDirectory(cluster.directory), workshop, { tuf, exceptions: [] });
    await enforce(cluster, trustPolicy);
    await untilRefused(cluster, pod('probe', unsigned.reference), '[unsigned]');
    await untilRefused(cluster, pod('probe', 'nginx'), '[image-not-covered]');
    const admin = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: TENANT.name }];
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'tenant' },
      roleRef: admin,
      subjects,
    };
    expect(await cluster.apply(binding)).toMatchObject({ ok: true });
  }, 600_000);
  afterAll(() => rig.stop());

  it('an ephemeral container (kubectl debug) is verified like any other', async () => {
    expect(await rig.cluster.apply(pod('debugged', signed.reference))).toMatchObject({ ok: true, message: '' });
    const debug = (image: string) =>
      rig.cluster.client.request('PATCH', `/api/v1/namespaces/${NAMESPACE}/pods/debugged/ephemeralcontainers`, {
        body: { spec: { ephemeralContainers: [{ name: 'debug', image }] } },
        contentType: 'application/strategic-merge-patch+json',
      });
    expect(await debug(unsigned.reference)).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    expect(await debug('busybox')).toMatchObject({ ok: false, message: expect.stringContaining('[image-not-covered]') });
    expect(await debug(signed.reference)).toMatchObject({ ok: true });
  }, 60_000);

  it('the image of a running pod cannot be swapped', async () => {
    expect(await rig.cluster.apply(pod('swapped', signed.reference))).toMatchObject({ ok: true, message: '' });
    const swapped = await rig.cluster.apply(pod('swapped', unsigned.reference));
    expect(swapped).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
  }, 60_000);

  it('annotations that say the image was verified are not believed', async () => {
    const annotations = {
      'kyverno.io/verify-images': JSON.stringify({ [unsigned.reference]: 'pass' }),
      'kyverno.io/image-verification-outcomes': JSON.stringify({ 'models-images': { status: 'pass' } }),
    };
    const forged = await rig.cluster.dryRun(pod('forged', unsigned.reference, { annotations }));
    expect(forged).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
  }, 60_000);

  it('a tenant cannot take the label off the namespace', async () => {
    const namespace = (labels: object): Manifest => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE, labels: { ...labels } },
    });
    const denied = await rig.cluster.dryRun(namespace({ [ENFORCEMENT_LABEL]: 'false' }), { as: TENANT });
    expect(denied).toMatchObject({ ok: false, message: expect.stringContaining('only administrators may take the label') });
    expect(await rig.cluster.dryRun(namespace({ [ENFORCEMENT_LABEL]: 'true', team: 'a' }), { as: TENANT })).toMatchObject({ ok: true });
    expect(await rig.cluster.dryRun(namespace({ [ENFORCEMENT_LABEL]: 'false' }))).toMatchObject({ ok: true });
  }, 60_000);

  it('a tenant cannot write policies, exceptions and webhooks of Kyverno', async () => {
    const exception = {
      apiVersion: 'policies.kyverno.io/v1',
      kind: 'PolicyException',
      metadata: { name: 'mine', namespace: NAMESPACE },
      spec: { policyRefs: [{ name: 'models-images', kind: 'ImageValidatingPolicy' }] },
    };
    const policy = { apiVersion: 'policies.kyverno.io/v1', kind: 'ImageValidatingPolicy', metadata: { name: 'models-images' } };
    const only = expect.stringContaining('only administrators may change Kyverno policies');
    expect(await rig.cluster.dryRun(exception, { as: TENANT })).toMatchObject({ ok: false, message: only });
    expect(await rig.cluster.delete(policy, { as: TENANT })).toMatchObject({ ok: false, message: only });
    const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const { body } = await rig.cluster.client.request('GET', webhooks);
    const names = (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
    const ofKyverno = names.filter((name) => name.startsWith('kyverno-'));
    expect(ofKyverno.length).toBeGreaterThan(0);
    expect(await rig.cluster.client.request('DELETE', `${webhooks}/${ofKyverno[0]!}?dryRun=All`, { as: TENANT })).toMatchObject({
      ok: false,
      message: only,
    });
  }, 60_000);

  it('a PolicyException lifts nothing where the installation takes none, whoever wrote it', async () => {
    const exception = {
      apiVersion: 'policies.kyverno.io/v1',
      kind: 'PolicyException',
      metadata: { name: 'in-vain', namespace: NAMESPACE },
      spec: { policyRefs: [{ name: 'models-images', kind: 'ImageValidatingPolicy' }] },
    };
    expect(await rig.cluster.apply(exception)).toMatchObject({ ok: true });
    await delay(2000);
    const still = await rig.cluster.dryRun(pod('excepted', unsigned.reference));
    expect(still).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    await rig.cluster.delete(exception);
  }, 60_000);

  it('labels of a pod can be changed, and the pod deleted, while the registry is down', async () => {
    // No policy covers this pod's image any more once its registry is gone; it was admitted while the registry was there.
    const [image, other] = [await workshop.image('keyless/orphan'), pod('orphan', '')];
    await workshop.sign(image, { identity: RELEASE_WORKFLOW });
    expect(await rig.cluster.apply(pod('orphan', image.reference))).toMatchObject({ ok: true, message: '' });
    await fetch(`http://${rig.registry.address}/v2/keyless/orphan/manifests/${image.digest}`, { method: 'DELETE' });
    expect(await rig.cluster.dryRun(pod('new', image.reference))).toMatchObject({ ok: false });
    expect(await rig.cluster.apply(pod('orphan', image.reference, { labels: { reviewed: 'yes' } }))).toMatchObject({
      ok: true,
      message: '',
    });
    expect(await rig.cluster.delete(other)).toMatchObject({ ok: true });
  }, 60_000);

  it('a tag that is pinned is verified as what it points to now, not as what it pointed to before', async () => {
    await enforce(rig.cluster, trustPolicy, { pinTags: true });
    const byTag = `${rig.registry.address}/keyless/moving:v1`;
    const first = await workshop.image('keyless/moving', 'v1');
    await workshop.sign(first, { identity: RELEASE_WORKFLOW });
    let admitted = await rig.cluster.dryRun(pod('moving', byTag));
    // The API server follows the changed policy a moment later.
    for (let attempt = 0; attempt < 100 && !admitted.ok; attempt++) admitted = await rig.cluster.dryRun(pod('moving', byTag));
    expect(admitted).toMatchObject({ ok: true, body: { spec: { containers: [{ image: `${byTag}@${first.digest}` }] } } });
    await workshop.image('keyless/moving', 'v1');
    expect(await rig.cluster.dryRun(pod('moving', byTag))).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    const volume = WORKLOADS['Pod, image volume']!(byTag, signed.reference).manifest;
    expect(await rig.cluster.dryRun(volume)).toMatchObject({ ok: false, message: expect.stringContaining('[image-unpinned]') });
    await enforce(rig.cluster, trustPolicy);
  }, 120_000);

  describe('with a registry that takes the connection and says nothing', () => {
    let silent: Server;
    beforeAll(async () => {
      silent = createServer(() => undefined);
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      silent.close();
    });

    it('the pod is denied when the time is over', async () => {
      const { port } = silent.address() as AddressInfo;
      const further = [{ name: 'silent', images: [`127.0.0.1:${port}/**`], authorities: [release] }];
      const file = writeTrustPolicy(labDirectory(rig.cluster.directory), workshop, { tuf: rig.tuf, exceptions: [], further });
      await enforce(rig.cluster, file, { timeoutSeconds: 3 });
      const hanging = pod('hanging', `127.0.0.1:${port}/acme/x@${signed.digest}`);
      const { ok, message } = await rig.cluster.dryRun(hanging);
      expect({ ok, message }).toEqual({ ok: false, message: expect.stringMatching(/deadline|timeout|image-not-covered/) });
      await untilRefused(rig.cluster, hanging, 'deadline exceeded');
      await enforce(rig.cluster, trustPolicy);
    }, 120_000);
  });

  it('nothing starts while Kyverno is down', async () => {
    await rig.kyverno.kill();
    expect(await rig.cluster.dryRun(pod('late', signed.reference))).toMatchObject({
      ok: false,
      message: expect.stringContaining('failed calling webhook'),
    });
  }, 60_000);
});
