import type { Manifest } from '../support/cluster/apiClient';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';
import { carelessPod, restrictedPod } from '../support/cluster/pods';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW } from '../support/supplyChain';

const NOT_SIGNED = 'this image is not signed by the release workflow';
const PREDICATE = 'https://example.test/model-card/v1';

/** The smoke test of the rig: real cosign, real registry, real API server, real Kyverno, and a Sigstore of our own. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('a policy of Kyverno on a real API server', () => {
  let rig: AdmissionRig;
  let unsigned: string;

  const policy = (name: string, validation: object): Manifest => ({
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ImageValidatingPolicy',
    metadata: { name },
    spec: {
      webhookConfiguration: { timeoutSeconds: 30 },
      evaluation: { background: { enabled: false } },
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] }],
      },
      matchImageReferences: [{ glob: `${rig.registry.address}/*` }],
      attestors: [rig.attestor('release', RELEASE_WORKFLOW)],
      attestations: [{ name: 'card', intoto: { type: PREDICATE } }],
      validations: [validation],
    },
  });

  beforeAll(async () => {
    rig = await startAdmissionRig();
    unsigned = await rig.push('acme/unsigned');
    await rig.cluster.namespace('signed', { podSecurity: 'restricted' });
    await rig.cluster.namespace('carded');
    const signature = 'images.containers.all(i, verifyImageSignatures(i, [attestors.release]) > 0)';
    await rig.kyverno.enforce(policy('signed', { expression: signature, message: NOT_SIGNED }), restrictedPod('signed', 'x', unsigned));
    const card =
      "images.containers.all(i, verifyAttestationSignatures(i, attestations.card, [attestors.release]) > 0 && extractPayload(i, attestations.card).predicate.risk == 'low')";
    await rig.kyverno.enforce(policy('carded', { expression: card, message: 'no model card' }), restrictedPod('carded', 'x', unsigned));
  }, 300_000);
  afterAll(() => rig.stop());

  it('admits an image that the release workflow signed', async () => {
    const image = await rig.push('acme/server');
    await rig.sign(image, RELEASE_WORKFLOW);
    expect(await rig.cluster.apply(restrictedPod('signed', 'server', image))).toMatchObject({ ok: true, message: '' });
  }, 60_000);

  it('denies an unsigned image', async () => {
    const denied = await rig.cluster.apply(restrictedPod('signed', 'unsigned', unsigned));
    expect(denied).toMatchObject({ ok: false, message: expect.stringContaining(NOT_SIGNED) });
    expect(await rig.cluster.read(restrictedPod('signed', 'unsigned'))).toMatchObject({ ok: false, reason: 'NotFound' });
  }, 60_000);

  it('denies an image that a fork signed, and logs why', async () => {
    const image = await rig.push('acme/forked');
    await rig.sign(image, FOREIGN_WORKFLOW);
    expect(await rig.cluster.dryRun(restrictedPod('signed', 'forked', image))).toMatchObject({
      ok: false,
      message: expect.stringContaining(NOT_SIGNED),
    });
    expect(rig.kyverno.verificationErrors(image)).toEqual([expect.stringContaining(`got "${FOREIGN_WORKFLOW.subject}"`)]);
    expect(rig.kyverno.verificationErrors(unsigned)).toContainEqual(expect.stringContaining('no signatures found'));
  }, 60_000);

  it('reads signed attestations', async () => {
    const [low, high] = [await rig.push('acme/low'), await rig.push('acme/high')];
    await rig.attest(low, RELEASE_WORKFLOW, PREDICATE, { risk: 'low' });
    await rig.attest(high, RELEASE_WORKFLOW, PREDICATE, { risk: 'high' });
    expect(await rig.cluster.dryRun(restrictedPod('carded', 'low', low))).toMatchObject({ ok: true });
    expect(await rig.cluster.dryRun(restrictedPod('carded', 'high', high))).toMatchObject({ ok: false });
  }, 60_000);

  it('leaves Pod Security in force', async () => {
    const image = await rig.push('acme/careless');
    await rig.sign(image, RELEASE_WORKFLOW);
    const refused = await rig.cluster.dryRun(carelessPod('signed', 'careless', image));
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('violates PodSecurity') });
  }, 60_000);

  it('denies everything that it watches while Kyverno is down', async () => {
    const image = await rig.push('acme/later');
    await rig.sign(image, RELEASE_WORKFLOW);
    await rig.kyverno.kill();
    const refused = await rig.cluster.dryRun(restrictedPod('signed', 'later', image));
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('failed calling webhook') });
  }, 60_000);
});
