import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { issueCertificate } from '../support/sigstore/certificates';
import { generateSigningKey } from '../support/sigstore/services';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE, WORKLOADS } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { NOBODY, writeTrustPolicy } from '../support/admission/trustPolicy';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ENFORCEMENT_LABEL } from '../../components/namespace/labels';
import { startGgcrRegistry } from '../support/realRegistries';
import { ADMISSION_TOOLS_WITH_DISTRIBUTION, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { ApiResult, Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';
import { GGCR_REGISTRY } from '../../tools/toolchain/goTool';

const REFUSED = ['scan'];
const TOOLS = [...ADMISSION_TOOLS_WITH_DISTRIBUTION, GGCR_REGISTRY] as const;

/** The older form of Kyverno's policies, of a private Sigstore by the flags of Kyverno. What is asked case by case is in clusterPolicyCases. */
describeCluster({ crds: ['kyverno'] }, ...TOOLS)('ClusterPolicies from the trust policy', () => {
  let rig: AdmissionRig;
  let workshop: Workshop;
  let trustPolicy: string;
  let args: { readonly backend: string; readonly kyvernoTufMirror: string };
  let signed: Artifact;
  let unsigned: Artifact;

  const pod = (name: string, image: string, metadata: object = {}): Manifest => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, ...metadata },
    spec: { containers: [{ name: 'server', image }] },
  });
  const denied = (words: string) => ({ ok: false, message: expect.stringContaining(words) as string });

  beforeAll(async () => {
    rig = await startAdmissionRig({ registry: 'distribution' });
    const { cluster, tuf } = rig;
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore, { fallbackTags: true });
    [signed, unsigned] = [await workshop.image('keyless/signed', 'v1'), await workshop.image('keyless/unsigned', 'v1')];
    await workshop.sign(signed, { identity: RELEASE_WORKFLOW });
    trustPolicy = writeTrustPolicy(labDirectory(cluster.directory), workshop, { tuf, exceptions: [], without: REFUSED });
    args = { backend: 'clusterPolicy', kyvernoTufMirror: tuf.url };
    await enforce(cluster, trustPolicy, args);
    await untilRefused(cluster, pod('probe', unsigned.reference), 'keyless-unsigned');
    await untilRefused(cluster, pod('probe', 'nginx'), '[image-not-covered]');
  }, 600_000);
  afterAll(() => rig.stop(), 60_000);

  it('admit what the real cosign signed and attested, and say in a denial which policy and what to do', async () => {
    const image = await rig.push('custom/by-cosign');
    await rig.sign(image, RELEASE_WORKFLOW);
    expect(await rig.cluster.dryRun(pod('cosign', image))).toMatchObject(denied('custom-red-team'));
    const attest = (decision: string, reference: string) =>
      rig.attest(reference, RELEASE_WORKFLOW, 'https://acme.example/red-team/v1', { decision, reviewer: 'ann@acme.com', round: 3 });
    await attest('approved', image);
    expect(await rig.cluster.dryRun(pod('cosign', image))).toMatchObject({ ok: true, message: '' });
    await attest('rejected', image);
    const { ok, message } = await rig.cluster.dryRun(pod('cosign', image));
    expect({ ok, message }).toEqual({ ok: false, message: expect.stringMatching(/\[attestation-field-mismatch\].*docs\/findings/s) });
  }, 120_000);

  it('find no bundle in a registry that lists what is attached under the type of its config, and deny', async () => {
    const registry = await startGgcrRegistry();
    try {
      const there = new Workshop(new HttpRegistry(registry.address), rig.sigstore.sigstore);
      const image = await there.image('keyless/signed');
      await there.sign(image, { identity: RELEASE_WORKFLOW });
      const file = writeTrustPolicy(labDirectory(path.join(rig.cluster.directory, 'there')), there, {
        tuf: rig.tuf,
        exceptions: [],
        without: REFUSED,
      });
      await enforce(rig.cluster, file, args);
      await untilRefused(rig.cluster, pod('listed', image.reference), 'no matching signatures found');
      // The same image and bundle are good: the preview, which reads the manifests themselves, verifies them.
      expect(await new Preview(file).verify(image.reference)).toMatchObject({ outcome: 'verified' });
    } finally {
      await registry.stop();
      await enforce(rig.cluster, trustPolicy, args);
      await untilAdmitted(pod('admitted', signed.reference));
    }
  }, 120_000);

  it('do not look whether a certificate is logged, which previewOnly tells', async () => {
    const image = await workshop.image('keyless/unlogged-certificate');
    const key = generateSigningKey();
    const names = [{ kind: 'uri', value: RELEASE_WORKFLOW.subject }] as const;
    const certificate = await issueCertificate(rig.sigstore.sigstore.services, {
      publicKey: key.publicKey,
      names,
      issuer: RELEASE_WORKFLOW.issuer,
      logged: false,
    });
    await workshop.attach(image, await rig.sigstore.sigstore.signImage({ digest: image.digest, key, certificate }));
    expect(await new Preview(trustPolicy).verify(image.reference)).toMatchObject({ outcome: 'rejected' });
    expect(await rig.cluster.dryRun(pod('unlogged', image.reference))).toMatchObject({ ok: true });
  }, 60_000);

  it('hold for ephemeral containers, and for images that are swapped', async () => {
    expect(await rig.cluster.apply(pod('debugged', signed.reference))).toMatchObject({ ok: true, message: '' });
    const debug = (image: string) =>
      rig.cluster.client.request('PATCH', `/api/v1/namespaces/${NAMESPACE}/pods/debugged/ephemeralcontainers`, {
        body: { spec: { ephemeralContainers: [{ name: 'debug', image }] } },
        contentType: 'application/strategic-merge-patch+json',
      });
    expect(await debug(unsigned.reference)).toMatchObject(denied('keyless-unsigned'));
    expect(await debug('busybox')).toMatchObject(denied('[image-not-covered]'));
    expect(await debug(signed.reference)).toMatchObject({ ok: true });
    expect(await rig.cluster.apply(pod('debugged', unsigned.reference))).toMatchObject(denied('keyless-unsigned'));
  }, 60_000);

  it('do not believe annotations that say the image was verified', async () => {
    const policies = { '/models-images': { 'keyless-unsigned': { [unsigned.reference]: 'pass' } } };
    const annotations = {
      'kyverno.io/verify-images': JSON.stringify({ [unsigned.reference]: 'pass' }),
      'kyverno.io/verify-images-scoped': JSON.stringify({ version: 1, policies }),
    };
    expect(await rig.cluster.dryRun(pod('forged', unsigned.reference, { annotations }))).toMatchObject(denied('keyless-unsigned'));
    expect(await rig.cluster.apply(pod('later-forged', signed.reference))).toMatchObject({ ok: true });
    expect(await rig.cluster.apply(pod('later-forged', unsigned.reference, { annotations }))).toMatchObject(denied('keyless-unsigned'));
  }, 60_000);

  it('leave alone what ran before them, as long as its images stay', async () => {
    const before = (image: string, metadata: object = {}) => ({
      ...pod('before', image, metadata),
      metadata: { name: 'before', namespace: 'older', ...metadata },
    });
    await rig.cluster.namespace('older', { labels: {} });
    const finalizers = ['acme.example/job'];
    expect(await rig.cluster.apply(before(unsigned.reference, { finalizers }))).toMatchObject({ ok: true });
    await rig.cluster.namespace('older', { labels: { [ENFORCEMENT_LABEL]: 'true' } });
    await untilRefused(rig.cluster, { ...before(unsigned.reference), metadata: { name: 'after', namespace: 'older' } }, 'keyless-unsigned');
    const other = await workshop.image('keyless/unsigned-too');
    expect(await rig.cluster.apply(before(other.reference, { finalizers }))).toMatchObject(denied('keyless-unsigned'));
    expect(await rig.cluster.apply(before(unsigned.reference, { finalizers: [], labels: { ended: 'yes' } }))).toMatchObject({ ok: true });
    expect(await rig.cluster.delete(before(''))).toMatchObject({ ok: true });
  }, 60_000);

  it('ask each attestation of the type, also an older one, which stricter tells', async () => {
    const image = await workshop.image('custom/corrected');
    await workshop.sign(image, { identity: RELEASE_WORKFLOW });
    const decide = async (decision: string, integratedTime: Date) => {
      const predicate = { decision, reviewer: 'ann@acme.com', round: 3 };
      const predicateType = 'https://acme.example/red-team/v1';
      const signer = { digest: image.digest, identity: RELEASE_WORKFLOW };
      await workshop.attach(image, await rig.sigstore.sigstore.attest({ ...signer, predicateType, predicate, integratedTime }));
    };
    await decide('rejected', new Date());
    await decide('approved', new Date(Date.now() + 60_000));
    expect(await new Preview(trustPolicy).verify(image.reference)).toMatchObject({ outcome: 'verified' });
    expect(await rig.cluster.dryRun(pod('corrected', image.reference))).toMatchObject(denied('[attestation-field-mismatch]'));
  }, 60_000);

  it('take no attestation of more than 2 MB, which stricter tells', async () => {
    const components = Array.from({ length: 3 }, (_, index) => ({ type: 'library', name: `lib${index}`, version: '1' }));
    const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { timestamp: new Date().toISOString() }, components };
    const attested = async (repository: string, predicate: object) => {
      const image = await workshop.image(repository);
      await workshop.sign(image, { identity: RELEASE_WORKFLOW });
      await workshop.attest(image, { identity: RELEASE_WORKFLOW }, 'https://cyclonedx.org/bom', predicate);
      return image.reference;
    };
    const [small, large] = [await attested('sbom/small', bom), await attested('sbom/large', { ...bom, filler: 'x'.repeat(2_200_000) })];
    expect(await new Preview(trustPolicy).verify(large)).toMatchObject({ outcome: 'verified' });
    expect(await rig.cluster.dryRun(pod('small', small))).toMatchObject({ ok: true });
    expect(await rig.cluster.dryRun(pod('large', large))).toMatchObject(denied('context size limit exceeded'));
  }, 60_000);

  it('of mode warn admit, with a warning where something is wrong', async () => {
    const [good, bad] = [await workshop.image('warn/signed'), await workshop.image('warn/unsigned')];
    await workshop.sign(good, { identity: RELEASE_WORKFLOW });
    const { ok, warnings } = await rig.cluster.dryRun(pod('warned', bad.reference));
    expect({ ok, warnings }).toEqual({ ok: true, warnings: [expect.stringContaining('models-images-warn.warn-unsigned')] });
    expect(await rig.cluster.dryRun(pod('quiet', good.reference))).toMatchObject({ ok: true, warnings: [] });
    const both = (image: string) => WORKLOADS['Pod, second container']!(image, signed.reference).manifest;
    expect(await rig.cluster.dryRun(both(good.reference))).toMatchObject({ ok: true, message: '' });
    expect(await rig.cluster.dryRun(both(bad.reference))).toMatchObject({ ok: true, message: '' });
    expect(await rig.cluster.dryRun(both(unsigned.reference))).toMatchObject(denied('keyless-unsigned'));
  }, 60_000);

  it('of mode warn admit what they cannot reach, but for the older layout, which stricter tells', async () => {
    const written = JSON.parse(readFileSync(trustPolicy, 'utf8')) as { policies: { name: string; authorities: object[] }[] };
    const byKey = written.policies.filter(({ name }) => name === 'key');
    const warns = (authorities: readonly object[] = []) => ({ name: 'down', images: [`${NOBODY}/**`], authorities, mode: 'warn' });
    const file = path.join(path.dirname(trustPolicy), 'down-warns.yaml');
    const down = pod('unreachable', `${NOBODY}/acme/model@${signed.digest}`);

    writeFileSync(file, JSON.stringify({ ...written, policies: [...byKey, warns(written.policies[0]?.authorities)] }));
    await enforce(rig.cluster, file, args);
    const warned = await untilAdmitted(down);
    expect(warned.warnings).toEqual([expect.stringContaining('connection refused')]);

    writeFileSync(file, JSON.stringify({ ...written, policies: [...byKey, warns(byKey[0]?.authorities)] }));
    await enforce(rig.cluster, file, { backend: 'clusterPolicy', signatureFormat: 'legacy' });
    await untilRefused(rig.cluster, down, 'down-unsigned');
    await enforce(rig.cluster, trustPolicy, args);
    await untilAdmitted(pod('admitted', signed.reference));
  }, 60_000);

  it('replace tags by digests when asked to, also in image volumes, and verify what the tag names now', async () => {
    await enforce(rig.cluster, trustPolicy, { ...args, pinTags: true });
    const byTag = `${rig.registry.address}/keyless/moving:v1`;
    const first = await workshop.image('keyless/moving', 'v1');
    await workshop.sign(first, { identity: RELEASE_WORKFLOW });
    await untilAdmitted(pod('admitted', byTag));
    const pinned = `${byTag}@${first.digest}`;
    expect(await rig.cluster.dryRun(pod('moving', byTag))).toMatchObject({ body: { spec: { containers: [{ image: pinned }] } } });
    const volume = WORKLOADS['Pod, image volume']!(byTag, signed.reference).manifest;
    expect(await rig.cluster.dryRun(volume)).toMatchObject({ ok: true, body: { spec: { volumes: [{ image: { reference: pinned } }] } } });
    await workshop.image('keyless/moving', 'v1');
    expect(await rig.cluster.dryRun(pod('moving', byTag))).toMatchObject(denied('keyless-unsigned'));
    expect(await rig.cluster.dryRun(volume)).toMatchObject(denied('keyless-unsigned'));
    await enforce(rig.cluster, trustPolicy, args);
    await untilRefused(rig.cluster, pod('moving', `${rig.registry.address}/keyless/signed:v1`), 'missing digest');
  }, 120_000);

  it('take signatures of the older layout instead, by keys', async () => {
    const directory = labDirectory(path.join(rig.cluster.directory, 'keys'));
    const file = writeTrustPolicy(directory, workshop, { tuf: rig.tuf, exceptions: [], without: NOT_KEYS });
    await enforce(rig.cluster, file, { backend: 'clusterPolicy', signatureFormat: 'legacy' });
    const [old, other, bundled] = [await workshop.image('key/old'), await workshop.image('key/other'), await workshop.image('key/bundled')];
    await workshop.signLegacy(old, { key: workshop.key });
    await workshop.signLegacy(other, { key: workshop.otherKey });
    await workshop.sign(bundled, { key: workshop.key });
    await untilRefused(rig.cluster, pod('bundled', bundled.reference), 'no signatures found');
    expect(await rig.cluster.dryRun(pod('old', old.reference))).toMatchObject({ ok: true, message: '' });
    expect(await rig.cluster.dryRun(pod('other', other.reference))).toMatchObject(denied('key-unsigned'));
    await enforce(rig.cluster, trustPolicy, args);
  }, 120_000);

  it('ask for summaries of the gate in place of what they cannot hold', async () => {
    const gate = {
      issuer: RELEASE_WORKFLOW.issuer,
      subject: 'https://github.com/acme/platform/.github/workflows/promote.yml@refs/heads/main',
    };
    const verificationSummary = { verifierId: 'https://acme.example/model-gate', ...gate };
    const file = writeTrustPolicy(labDirectory(path.join(rig.cluster.directory, 'gate')), workshop, { tuf: rig.tuf, exceptions: [] });
    await enforce(rig.cluster, file, { ...args, verificationSummary });
    const image = await workshop.image('scan/promoted');
    await workshop.sign(image, { identity: RELEASE_WORKFLOW });
    await untilRefused(rig.cluster, pod('promoted', image.reference), 'scan-verification-summary');
    const summary = (about: string, fields: object = {}) => ({
      verifier: { id: verificationSummary.verifierId },
      timeVerified: new Date().toISOString(),
      resourceUri: `oci://${about}`,
      policy: { uri: 'https://acme.example/trust-policy.yaml' },
      verificationResult: 'PASSED',
      verifiedLevels: [],
      ...fields,
    });
    const attested = async (repository: string, identity: typeof gate, predicate: (about: string) => object) => {
      const made = await workshop.image(repository);
      await workshop.sign(made, { identity: RELEASE_WORKFLOW });
      await workshop.attest(
        made,
        { identity },
        'https://slsa.dev/verification_summary/v1',
        predicate(`${rig.registry.address}/${repository}`),
      );
      return rig.cluster.dryRun(pod('promoted', made.reference));
    };
    expect(await attested('scan/passed', gate, (about) => summary(about))).toMatchObject({ ok: true, message: '' });
    expect(await attested('scan/passed-by-digest', gate, (about) => summary(`${about}@sha256:${'ab'.repeat(32)}`))).toMatchObject({
      ok: true,
    });
    const mismatch = denied('[verification-summary-mismatch]');
    expect(await attested('scan/failed', gate, (about) => summary(about, { verificationResult: 'FAILED' }))).toMatchObject(mismatch);
    expect(await attested('scan/elsewhere', gate, () => summary('ghcr.io/acme/other'))).toMatchObject(mismatch);
    expect(await attested('scan/old', gate, (about) => summary(about, { timeVerified: '2020-01-01T00:00:00Z' }))).toMatchObject(mismatch);
    expect(await attested('scan/stranger', FOREIGN_WORKFLOW, (about) => summary(about))).toMatchObject(denied('scan-verification-summary'));
    await enforce(rig.cluster, trustPolicy, args);
  }, 120_000);

  it('trust nobody of a private Sigstore that the flags of Kyverno do not name, and let nothing start while it is down', async () => {
    await rig.kyverno.kill();
    const down = denied('failed calling webhook');
    expect(await rig.cluster.dryRun(pod('late', signed.reference))).toMatchObject(down);
    // Its webhooks know no labels of namespaces, unlike those of the other form.
    await rig.cluster.namespace('unlabelled', { labels: {} });
    const elsewhere = { ...pod('late', signed.reference), metadata: { name: 'late', namespace: 'unlabelled' } };
    expect(await rig.cluster.dryRun(elsewhere)).toMatchObject(down);
    await rig.cluster.startKyverno();
    await untilRefused(rig.cluster, pod('untrusted', signed.reference), 'keyless-unsigned');
  }, 180_000);

  /** Waits until the policies of another step are no longer in force. */
  async function untilAdmitted(manifest: Manifest): Promise<ApiResult> {
    let answer = await rig.cluster.dryRun(manifest);
    for (let attempt = 0; attempt < 300 && !answer.ok; attempt++) answer = await rig.cluster.dryRun(manifest);
    expect(answer).toMatchObject({ ok: true, message: '' });
    return answer;
  }
});

/** Policies of the lab that are not about keys alone. */
const NOT_KEYS = [
  ...['keyless', 'pattern', 'identities', 'key-or-keyless', 'two', 'warn', 'unsigned', 'both', 'down'],
  ...['sbom', 'custom', 'card', 'evaluation', 'summary', 'provenance', 'scan'],
];
