import { CUSTOM_RESOURCES } from '../../components/admission/custom-resources/customResources';
import { CUSTOM_WORKLOADS, MINIMAL_CRDS, UNVERIFIABLE_MODELS } from '../support/admission/customResources';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import type { Workload } from '../support/admission/manifests';
import { NAMESPACE } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';
import type { Manifest } from '../support/cluster/apiClient';

const crds = ['kserve', 'kserve-llm', 'kserve-local-models', 'kuberay'] as const;

/** Who applies a custom resource learns at once what would otherwise be seen in a pod that never starts, in a namespace of its own. */
describeCluster({ crds: [...crds, 'kyverno'] }, ...ADMISSION_TOOLS)('custom resources that name images, under one trust policy', () => {
  let rig: AdmissionRig;
  let preview: Preview;
  const images = { signed: '', unsigned: '', tag: '', foreign: 'ghcr.io/acme/other@sha256:' + 'a'.repeat(64) };
  /** There before the policies were. */
  let old: Manifest;

  /** What both say; the messages of the cluster. */
  const ask = async (workload: Workload) => {
    const { admits, codes } = await preview.judge(workload);
    const { ok, message } = await rig.cluster.dryRun(workload.manifest);
    return { preview: admits, codes, cluster: ok, message };
  };

  beforeAll(async () => {
    rig = await startAdmissionRig({ crds, minimalCrds: MINIMAL_CRDS });
    const { cluster, tuf } = rig;
    const workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const [signed, unsigned] = [await workshop.image('keyless/signed', 'v1'), await workshop.image('keyless/unsigned', 'v1')];
    await workshop.sign(signed, { identity: RELEASE_WORKFLOW });
    images.signed = signed.reference;
    images.unsigned = unsigned.reference;
    images.tag = `${rig.registry.address}/keyless/signed:v1`;

    await cluster.namespace(NAMESPACE);
    const { manifest } = CUSTOM_WORKLOADS['InferenceService, model']!(images.unsigned, images.signed);
    old = { ...manifest, metadata: { ...manifest.metadata, name: 'old' } };
    expect(await cluster.apply(old)).toMatchObject({ ok: true });

    // What the API server refuses by itself would look like a verdict.
    const reasons = await Promise.all(
      Object.entries(CUSTOM_WORKLOADS).map(async ([place, make]) => {
        const { manifest: each } = make(images.unsigned, images.signed);
        return `${place}: ${(await cluster.dryRun(each)).message}`.replace(/: $/, '');
      }),
    );
    expect(reasons.filter((reason) => reason.includes(':'))).toEqual([]);

    const trustPolicy = writeTrustPolicy(labDirectory(cluster.directory), workshop, { tuf, exceptions: [], only: ['keyless', 'warn'] });
    preview = new Preview(trustPolicy);
    await enforce(cluster, trustPolicy, { customResources: ['all'], pinTags: true });
    // Until the policies of a kind are in force everything is admitted.
    for (const make of Object.values(CUSTOM_WORKLOADS)) {
      await untilRefused(cluster, make(images.unsigned, images.signed).manifest, '[unsigned]');
      await untilRefused(cluster, make(images.foreign, images.signed).manifest, '[image-not-covered]');
    }
  }, 900_000);
  afterAll(() => rig.stop());

  it('are every kind that the pack reads', () => {
    const asked = new Set(Object.values(CUSTOM_WORKLOADS).map((make) => make('', '').manifest.kind.toLowerCase()));
    expect(CUSTOM_RESOURCES.map(({ plural }) => plural.replace(/s$/, '')).sort()).toEqual([...asked].sort());
  });

  describe.each(Object.entries(CUSTOM_WORKLOADS))('%s', (_place, make) => {
    it('is admitted by preview and cluster when signed', async () => {
      expect(await ask(make(images.signed, images.signed))).toMatchObject({ preview: true, cluster: true, message: '' });
    });

    it('is refused by both when unsigned', async () => {
      expect(await ask(make(images.unsigned, images.signed))).toMatchObject({
        preview: false,
        cluster: false,
        message: expect.stringContaining('[unsigned]'),
      });
    });

    it('is refused by both when it is a tag, though pods have their tags pinned', async () => {
      expect(await ask(make(images.tag, images.signed))).toMatchObject({
        preview: false,
        codes: ['image-unpinned'],
        cluster: false,
        message: expect.stringContaining('[image-unpinned]'),
      });
    });

    it('is refused by both when no policy covers it', async () => {
      expect(await ask(make(images.foreign, images.signed))).toMatchObject({
        preview: false,
        cluster: false,
        message: expect.stringContaining('[image-not-covered]'),
      });
    });
  });

  it.each(Object.entries(UNVERIFIABLE_MODELS))('%s is refused by both', async (_what, make) => {
    expect(await ask(make(images.signed))).toMatchObject({
      preview: false,
      codes: ['image-unreadable'],
      cluster: false,
      message: expect.stringContaining('[image-unreadable]'),
    });
  });

  it('may have a model on a volume of the cluster', async () => {
    expect(await ask(CUSTOM_WORKLOADS['InferenceService, server of a framework']!(images.signed, ''))).toMatchObject({
      preview: true,
      cluster: true,
    });
  });

  it('tell only the scheme of a model that is downloaded, since an address may hold credentials', async () => {
    const { manifest } = UNVERIFIABLE_MODELS['a model from a hub']!(images.signed);
    const { message } = await rig.cluster.dryRun(manifest);
    expect(message).toContain('model from hf://');
    expect(message).not.toContain('acme/assistant');
  });

  it('are still scaled and changed when they are from before, as long as their images stay', async () => {
    const { predictor } = old['spec'] as { readonly predictor: object };
    const scaled = { ...old, spec: { predictor: { ...predictor, minReplicas: 2 } } };
    expect(await rig.cluster.apply(scaled)).toMatchObject({ ok: true, message: '' });
    const { manifest } = CUSTOM_WORKLOADS['InferenceService, image of a model server']!(images.tag, '');
    expect(await rig.cluster.apply({ ...old, spec: manifest['spec'] })).toMatchObject({
      ok: false,
      message: expect.stringContaining('[image-unpinned]'),
    });
  });

  it('are only warned about under a policy that warns', async () => {
    const digest = await new HttpRegistry(rig.registry.address).pushImage('warn/unsigned');
    const { manifest } = CUSTOM_WORKLOADS['JobSet']!(`${rig.registry.address}/warn/unsigned@${digest}`, images.signed);
    const { ok, warnings } = await rig.cluster.dryRun(manifest);
    expect({ ok, warnings }).toEqual({ ok: true, warnings: [expect.stringContaining('[unsigned]')] });
  });

  it('are left alone in namespaces without the label', async () => {
    await rig.cluster.namespace('elsewhere');
    const { manifest } = CUSTOM_WORKLOADS['InferenceService, model']!(images.unsigned, '');
    const there = { ...manifest, metadata: { ...manifest.metadata, namespace: 'elsewhere' } };
    expect(await rig.cluster.dryRun(there)).toMatchObject({ ok: true, message: '' });
  });
});
