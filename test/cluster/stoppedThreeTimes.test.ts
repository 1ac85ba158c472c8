import path from 'node:path';
import { renderHardening } from '../../components/admission/hardening/hardeningPolicies';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';
import { restrictedPod } from '../support/cluster/pods';
import { openPulumiProject } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';

const FINDING = 'https://unpkg.com/pulumi-model-supply-chain/docs/findings/';

/**
 * The promise of the package from end to end: the real engine, the compiled pack, a real API server with Pod Security and our hardening, and
 * the real Kyverno. The provider between engine and API server is a stand-in of ours.
 */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('pulumi up of a ModelServing', () => {
  let rig: AdmissionRig;
  let project: PulumiProject;
  let workshop: Workshop;
  let trustPolicy: string;
  let model: Artifact;

  beforeAll(async () => {
    rig = await startAdmissionRig();
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    trustPolicy = writeTrustPolicy(labDirectory(rig.cluster.directory), workshop, { tuf: rig.tuf, exceptions: [] });
    await enforce(rig.cluster, trustPolicy);
    for (const object of renderHardening('models', ['Deny'])) await rig.cluster.apply(object as unknown as Manifest);
    model = await signed('keyless/model');
    const unsigned = await workshop.image('keyless/unsigned-first');
    await untilRefused(rig.cluster, restrictedPod(NAMESPACE, 'probe', unsigned.reference), '[unsigned]');
    project = await openPulumiProject(path.join(__dirname, 'serving-program'), { cluster: rig.cluster });
  }, 300_000);
  afterAll(async () => {
    project.close();
    await rig.stop();
  });

  const signed = async (repository: string, tag?: string): Promise<Artifact> => {
    const image = await workshop.image(repository, tag);
    await workshop.sign(image, { identity: RELEASE_WORKFLOW });
    return image;
  };
  const up = (image: string, { withPack }: { readonly withPack: boolean }) =>
    project.up({
      config: { namespace: NAMESPACE, image, model: model.reference },
      ...(withPack ? { policyConfig: { 'require-verified-image': { trustPolicy } } } : { policyPack: null }),
    });
  const deployment = async () => {
    const { body } = await rig.cluster.client.request('GET', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`);
    return (body as { readonly items: readonly { spec: { template: PodTemplate } }[] }).items;
  };
  interface PodTemplate {
    readonly metadata: object;
    readonly spec: { readonly containers: readonly { readonly image: string }[] };
  }
  /** What the controllers of a whole cluster would ask for next. */
  const podOf = ({ metadata, spec }: PodTemplate): Manifest => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'sentiment-pod', namespace: NAMESPACE },
    spec,
  });

  it('with an unsigned image is stopped by the pack, before anything exists', async () => {
    const unsigned = await workshop.image('keyless/unsigned');
    const { code, output } = await up(unsigned.reference, { withPack: true });
    expect(code).not.toBe(0);
    expect(output).toContain(`REJECTED: ${unsigned.reference} is not signed [unsigned]`);
    expect(output).toContain(`${FINDING}unsigned.md`);
    expect(output).not.toContain('denied the request');
    expect(await deployment()).toEqual([]);
  }, 180_000);

  it('with the pack removed is stopped by admission, with the code, the expected signer and the page', async () => {
    const unsigned = await workshop.image('keyless/unsigned');
    const { code, output } = await up(unsigned.reference, { withPack: false });
    expect(code).not.toBe(0);
    expect(output).toContain('denied the request');
    expect(output).toContain(`[unsigned] ${unsigned.reference} not signed by ${RELEASE_WORKFLOW.subject}`);
    expect(output).toContain(`${FINDING}unsigned.md`);
    expect(await deployment()).toEqual([]);
  }, 180_000);

  it('with a signed image runs that digest, whatever its tag names later', async () => {
    const good = await signed('keyless/server', 'v1');
    const created = await up(good.reference, { withPack: true });
    expect({ code: created.code, output: created.code === 0 ? '' : created.output }).toEqual({ code: 0, output: '' });
    // Somebody moves the tag to an image that nobody signed.
    const moved = await workshop.image('keyless/server', 'v1');
    expect(moved.digest).not.toBe(good.digest);

    const again = await up(good.reference, { withPack: true });
    expect(again.code).toBe(0);
    const [stored] = await deployment();
    expect(stored?.spec.template.spec.containers[0]?.image).toBe(good.reference);
    // The pod of the digest is admitted, hardened and restricted; the tag and what it names now are not.
    const pod = podOf(stored!.spec.template);
    expect(await rig.cluster.dryRun(pod)).toMatchObject({ ok: true, message: '' });
    const tag = `${workshop.registry.address}/keyless/server:v1`;
    const as = (image: string): Manifest => podOf({ ...stored!.spec.template, spec: withImage(stored!.spec.template.spec, image) });
    expect(await rig.cluster.dryRun(as(tag))).toMatchObject({ ok: false, message: expect.stringContaining('[image-unpinned]') });
    expect(await rig.cluster.dryRun(as(moved.reference))).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });

    const byTag = await up(tag, { withPack: true });
    expect(byTag.code).not.toBe(0);
    expect((await deployment())[0]?.spec.template.spec.containers[0]?.image).toBe(good.reference);
  }, 240_000);
});

function withImage(spec: { readonly containers: readonly { readonly image: string }[] }, image: string) {
  return { ...spec, containers: spec.containers.map((container, index) => (index === 0 ? { ...container, image } : container)) };
}
