import { modelAdmissionManifests } from '../../components/admission/manifests';
import { modelAdmissionSettings } from '../../components/admission/settings';
import { ENFORCEMENT_LABEL } from '../../components/namespace/labels';
import { GGCR_REGISTRY } from '../../tools/toolchain/goTool';
import { pod, startClusterPolicyLab } from '../support/admission/clusterPolicyLab';
import type { ClusterPolicyLab } from '../support/admission/clusterPolicyLab';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import { ADMISSION_TOOLS_WITH_DISTRIBUTION } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';
import { startGgcrRegistry } from '../support/realRegistries';
import { issueCertificate } from '../support/sigstore/certificates';
import { generateSigningKey } from '../support/sigstore/services';

const TOOLS = [...ADMISSION_TOOLS_WITH_DISTRIBUTION, GGCR_REGISTRY] as const;

/** The older form of Kyverno's policies, under a private Sigstore by the flags of Kyverno. Case by case it is asked in clusterPolicyCases. */
describeCluster({ crds: ['kyverno'] }, ...TOOLS)('ClusterPolicies from the trust policy', () => {
  let lab: ClusterPolicyLab;
  const denied = (words: string) => ({ ok: false, message: expect.stringContaining(words) as string });

  beforeAll(async () => {
    lab = await startClusterPolicyLab();
  }, 600_000);
  afterAll(() => lab.rig.stop(), 60_000);

  it('admit what the real cosign signed and attested, and say in a denial which policy and what to do', async () => {
    const { rig } = lab;
    const image = await rig.push('custom/by-cosign');
    await rig.sign(image, RELEASE_WORKFLOW);
    expect(await rig.cluster.dryRun(pod('cosign', image))).toMatchObject(denied('red-team'));
    const attest = (decision: string) =>
      rig.attest(image, RELEASE_WORKFLOW, 'https://acme.example/red-team/v1', { decision, reviewer: 'ann@acme.com', round: 3 });
    await attest('approved');
    expect(await rig.cluster.dryRun(pod('cosign', image))).toMatchObject({ ok: true, message: '' });
    await attest('rejected');
    const { ok, message } = await rig.cluster.dryRun(pod('cosign', image));
    expect({ ok, message }).toEqual({ ok: false, message: expect.stringMatching(/\[attestation-field-mismatch\].*docs\/findings/s) });
  }, 120_000);

  it('find no bundle in a registry that lists what is attached under the type of its config, and deny', async () => {
    const registry = await startGgcrRegistry();
    try {
      const there = new Workshop(new HttpRegistry(registry.address), lab.rig.sigstore.sigstore);
      const image = await there.image('keyless/signed');
      await there.sign(image, { identity: RELEASE_WORKFLOW });
      const file = await lab.enforceChanged('there', ({ policies: [keyless] }) => ({
        policies: [{ ...keyless, images: [`${registry.address}/**`] }],
      }));
      await untilRefused(lab.rig.cluster, pod('listed', image.reference), 'no matching signatures found');
      // Image and bundle are good: the preview, which reads the manifests themselves, verifies them.
      expect(await new Preview(file).verify(image.reference)).toMatchObject({ outcome: 'verified' });
    } finally {
      await registry.stop();
      await lab.restore();
    }
  }, 120_000);

  it('do not look whether a certificate is logged, which previewOnly tells', async () => {
    const { sigstore } = lab.rig.sigstore;
    const image = await lab.workshop.image('keyless/unlogged-certificate');
    const key = generateSigningKey();
    const certificate = await issueCertificate(sigstore.services, {
      publicKey: key.publicKey,
      names: [{ kind: 'uri', value: RELEASE_WORKFLOW.subject }],
      issuer: RELEASE_WORKFLOW.issuer,
      logged: false,
    });
    await lab.workshop.attach(image, await sigstore.signImage({ digest: image.digest, key, certificate }));
    expect(await new Preview(lab.trustPolicy).verify(image.reference)).toMatchObject({ outcome: 'rejected' });
    expect(await lab.rig.cluster.dryRun(pod('unlogged', image.reference))).toMatchObject({ ok: true });
  }, 60_000);

  it('hold for ephemeral containers, and for images that are swapped', async () => {
    const { rig, signed, unsigned } = lab;
    expect(await rig.cluster.apply(pod('debugged', signed.reference))).toMatchObject({ ok: true, message: '' });
    const debug = (image: string) =>
      rig.cluster.client.request('PATCH', `/api/v1/namespaces/${NAMESPACE}/pods/debugged/ephemeralcontainers`, {
        body: { spec: { ephemeralContainers: [{ name: 'debug', image }] } },
        contentType: 'application/strategic-merge-patch+json',
      });
    expect(await debug(unsigned.reference)).toMatchObject(denied('models-keyless'));
    expect(await debug('busybox')).toMatchObject(denied('[image-not-covered]'));
    expect(await debug(signed.reference)).toMatchObject({ ok: true });
    expect(await rig.cluster.apply(pod('debugged', unsigned.reference))).toMatchObject(denied('models-keyless'));
  }, 60_000);

  it('do not believe annotations that say the image was verified', async () => {
    const { rig, signed, unsigned } = lab;
    const policies = { '/models-keyless': { unsigned: { [unsigned.reference]: 'pass' } } };
    const annotations = {
      'kyverno.io/verify-images': JSON.stringify({ [unsigned.reference]: 'pass' }),
      'kyverno.io/verify-images-scoped': JSON.stringify({ version: 1, policies }),
    };
    expect(await rig.cluster.dryRun(pod('forged', unsigned.reference, { annotations }))).toMatchObject(denied('models-keyless'));
    expect(await rig.cluster.apply(pod('later-forged', signed.reference))).toMatchObject({ ok: true });
    expect(await rig.cluster.apply(pod('later-forged', unsigned.reference, { annotations }))).toMatchObject(denied('models-keyless'));
  }, 60_000);

  it('leave alone what ran before them, as long as its images stay', async () => {
    const { cluster } = lab.rig;
    const before = (image: string, metadata: object = {}) => pod('before', image, { namespace: 'older', ...metadata });
    await cluster.namespace('older', { labels: {} });
    const finalizers = ['acme.example/job'];
    expect(await cluster.apply(before(lab.unsigned.reference, { finalizers }))).toMatchObject({ ok: true });
    await cluster.namespace('older', { labels: { [ENFORCEMENT_LABEL]: 'true' } });
    await untilRefused(cluster, pod('after', lab.unsigned.reference, { namespace: 'older' }), 'models-keyless');
    const other = await lab.workshop.image('keyless/unsigned-too');
    expect(await cluster.apply(before(other.reference, { finalizers }))).toMatchObject(denied('models-keyless'));
    expect(await cluster.apply(before(lab.unsigned.reference, { finalizers: [], labels: { ended: 'yes' } }))).toMatchObject({ ok: true });
    expect(await cluster.delete(before(''))).toMatchObject({ ok: true });
  }, 60_000);

  it('come with a companion that denies other spellings of the images that they cover', async () => {
    const images = ['ghcr.io/acme/**', 'docker.io/acme/**'];
    await lab.enforceChanged('spelling', ({ policies: [keyless] }) => ({ policies: [{ ...keyless, images }] }));
    const { digest } = lab.signed;
    const spellings = ['GHCR.io/acme/x', 'ghcr.io:443/acme/x', 'index.docker.io/acme/x'].map((name) => pod('spelt', `${name}@${digest}`));
    for (const manifest of spellings) await untilRefused(lab.rig.cluster, manifest, 'is not written in full');
    await lab.restore();
  }, 60_000);

  it('have no matchConditions, with which Kyverno verifies nothing', async () => {
    const { cluster, registry } = lab.rig;
    const [rendered] = modelAdmissionManifests(modelAdmissionSettings('own', { ...lab.args, trustPolicy: lab.trustPolicy })).policies;
    const { rules } = rendered?.spec as { readonly rules: readonly { readonly verifyImages: readonly object[] }[] };
    const policy = (webhookConfiguration: object) => ({
      apiVersion: 'kyverno.io/v1',
      kind: 'ClusterPolicy',
      metadata: { name: 'own' },
      spec: {
        background: false,
        webhookConfiguration: { failurePolicy: 'Fail', ...webhookConfiguration },
        rules: rules.map((rule) => ({
          ...rule,
          verifyImages: rule.verifyImages.map((entry) => ({
            ...entry,
            imageReferences: [`${registry.address}/warn/*`],
            imageRegistryCredentials: { allowInsecureRegistry: true },
            // Otherwise what was not verified is denied for that.
            required: false,
          })),
        })),
      },
    });
    const image = await lab.workshop.image('warn/unsigned');
    expect(await cluster.apply(policy({}))).toMatchObject({ ok: true });
    await untilRefused(cluster, pod('watched', image.reference), 'own:');
    expect(await cluster.apply(policy({ matchConditions: [{ name: 'always', expression: 'true' }] }))).toMatchObject({ ok: true });
    await lab.untilAdmitted(pod('watched', image.reference));
    expect(await cluster.delete(policy({}))).toMatchObject({ ok: true });
  }, 60_000);

  it('trust nobody of a private Sigstore that the flags of Kyverno do not name, and let nothing start while it is down', async () => {
    const { cluster, kyverno } = lab.rig;
    await kyverno.kill();
    const down = denied('failed calling webhook');
    expect(await cluster.dryRun(pod('late', lab.signed.reference))).toMatchObject(down);
    // Its webhooks know no labels of namespaces, unlike those of the other form.
    await cluster.namespace('unlabelled', { labels: {} });
    expect(await cluster.dryRun(pod('late', lab.signed.reference, { namespace: 'unlabelled' }))).toMatchObject(down);
    await cluster.startKyverno();
    await untilRefused(cluster, pod('untrusted', lab.signed.reference), 'models-keyless');
  }, 180_000);
});
