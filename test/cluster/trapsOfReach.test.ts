import { setTimeout as delay } from 'node:timers/promises';
import { ALL_SIGNED, BesideOurs, podRule } from '../support/admission/besideOurs';
import type { PolicySpec } from '../support/admission/besideOurs';
import { WORKLOADS } from '../support/admission/manifests';
import { RELEASE_WORKFLOW } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';

const VOLUMES = 'spec.?volumes.orValue([]).filter(v, has(v.image) && has(v.image.reference)).map(v, v.image.reference)';
const VOLUMES_SIGNED = `${ALL_SIGNED} && images.volumes.all(i, verifyImageSignatures(i, [attestors.release]) > 0)`;

/** Traps of Kyverno in what a policy looks at, and when; docs/admission-traps.md has them by number. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('a policy by hand beside ours, about its reach', () => {
  let rig: AdmissionRig;
  let lab: BesideOurs;
  let signed: Artifact;
  let unsigned: Artifact;

  const workload = (kind: string, image: string) => WORKLOADS[kind]!(image, signed.reference).manifest;
  const validating = (expression: string) => ({ validations: [{ expression, message: 'not signed' }] });

  beforeAll(async () => {
    rig = await startAdmissionRig();
    lab = await BesideOurs.open(rig);
    ({ unsigned } = lab);
    signed = await lab.workshop.image('keyless/signed', 'v1');
    await lab.workshop.sign(signed, { identity: RELEASE_WORKFLOW });
  }, 600_000);
  afterAll(() => rig.stop());

  it('a glob is matched against the text: the same registry under another name walks past', async () => {
    await lab.putInForce('glob');
    const [, port = ''] = lab.workshop.registry.address.split(':');
    const otherName = `localhost:${port}/${unsigned.repository}@${unsigned.digest}`;
    expect(await lab.ask('glob', otherName)).toEqual({ handWritten: 'admits', ours: 'denies' });
    expect(await lab.ask('glob', unsigned.reference)).toEqual({ handWritten: 'denies', ours: 'denies' });
  }, 120_000);

  it('a star of a glob crosses slashes: a policy for one folder holds for those below', async () => {
    const { address } = lab.workshop.registry;
    await lab.putInForce('star', { matchImageReferences: [{ glob: `${address}/keyless/*` }] });
    const below = await lab.workshop.image('keyless/team/unsigned');
    expect((await lab.ask('star', below.reference)).handWritten).toBe('denies');
  }, 120_000);

  it('pods alone leave out ephemeral containers', async () => {
    await lab.putInForce('pods-only');
    const debugged = await lab.askDebug('pods-only', signed.reference, unsigned.reference);
    expect(debugged).toEqual({ handWritten: 'admits', ours: 'denies' });
    expect(await lab.askAbout('pods-only', workload('Deployment', unsigned.reference))).toEqual({ handWritten: 'denies', ours: 'denies' });
  }, 120_000);

  it('pods and ephemeral containers in one rule leave out Deployments', async () => {
    const resourceRules = [podRule('pods', 'pods/ephemeralcontainers')];
    await lab.putInForce('both', { matchConstraints: { resourceRules } });
    expect(await lab.askAbout('both', workload('Deployment', unsigned.reference))).toEqual({ handWritten: 'admits', ours: 'denies' });
    expect(await lab.askDebug('both', signed.reference, unsigned.reference)).toEqual({ handWritten: 'denies', ours: 'denies' });
  }, 120_000);

  it('an extractor that does not begin with object.spec finds nothing in a Deployment', async () => {
    const images = [{ name: 'volumes', expression: `(object != null ? object : oldObject).${VOLUMES}` }];
    await lab.putInForce('old-object', { images, ...validating(VOLUMES_SIGNED) });
    const [pod, deployment] = [workload('Pod, image volume', unsigned.reference), workload('Deployment, image volume', unsigned.reference)];
    expect(await lab.askAbout('old-object', pod)).toEqual({ handWritten: 'denies', ours: 'denies' });
    expect(await lab.askAbout('old-object', deployment)).toEqual({ handWritten: 'admits', ours: 'denies' });
  }, 120_000);

  it('without an extractor image volumes are not looked at', async () => {
    await lab.putInForce('no-extractor');
    const volume = workload('Pod, image volume', unsigned.reference);
    expect(await lab.askAbout('no-extractor', volume)).toEqual({ handWritten: 'admits', ours: 'denies' });
  }, 120_000);

  it('a second policy that requires verification does not see that the first verified', async () => {
    await lab.putInForce('required');
    const here = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'required' } } };
    const catchAll = lab.handWritten('required-for-all', {
      matchConstraints: here,
      matchImageReferences: [{ glob: '*' }],
      ...validating('true'),
    });
    expect((await lab.ask('required', signed.reference)).handWritten).toBe('admits');
    await rig.kyverno.enforce(catchAll, lab.pod('required', signed.reference));
    expect(await lab.ask('required', signed.reference)).toEqual({ handWritten: 'denies', ours: 'admits' });
    await rig.cluster.delete(catchAll);
  }, 120_000);

  it('policies without timeoutSeconds share one webhook; each of ours has its own, with its time', async () => {
    for (const name of ['shared-a', 'shared-b']) {
      const all = { namespaceSelector: { matchLabels: { shared: 'yes' } } };
      await rig.kyverno.enforce(lab.handWritten(name, { webhookConfiguration: undefined, matchConstraints: all }));
    }
    let webhooks = await validatingWebhooks(rig);
    // Kyverno says that it is ready before the API server has the webhook of both.
    for (let attempt = 0; attempt < 300 && !webhooks.some(({ path }) => path.includes('shared-b')); attempt++) {
      await delay(100);
      webhooks = await validatingWebhooks(rig);
    }
    const of = (name: string) => webhooks.filter(({ path }) => path.split('/').includes(name));
    expect(of('shared-a')).toEqual([expect.objectContaining({ path: expect.stringContaining('shared-a/shared-b'), timeoutSeconds: 10 })]);
    for (const name of ['models-images', 'models-images-debug', 'models-images-warn', 'models-listed-images']) {
      expect(of(name)).toEqual([expect.objectContaining({ path: expect.stringMatching(new RegExp(`/${name}$`)), timeoutSeconds: 30 })]);
    }
  }, 120_000);

  it('mutateDigest does not write digests into image volumes', async () => {
    const tag = `${lab.workshop.registry.address}/${signed.repository}:v1`;
    await lab.putInForce('mutate', {
      images: [{ name: 'volumes', expression: `object.${VOLUMES}` }],
      validationConfigurations: { mutateDigest: true, verifyDigest: false, required: true },
      ...validating(VOLUMES_SIGNED),
    });
    const { metadata, ...volume } = workload('Pod, image volume', tag);
    const admitted = await rig.cluster.dryRun({ ...volume, metadata: { ...metadata, namespace: 'mutate' } });
    expect(admitted).toMatchObject({ ok: true, body: { spec: { volumes: [{ image: { reference: tag } }] } } });
    const container = await rig.cluster.dryRun(lab.pod('mutate', tag));
    expect(container).toMatchObject({ ok: true, body: { spec: { containers: [{ image: `${tag}@${signed.digest}` }] } } });
    const ours = await rig.cluster.dryRun(workload('Pod, image volume', tag));
    expect(ours).toMatchObject({ ok: false, message: expect.stringContaining('[image-unpinned]') });
  }, 120_000);

  it('with mutateDigest and verifyDigest off, what is verified is not what will run', async () => {
    const validationConfigurations = { mutateDigest: false, verifyDigest: false, required: true };
    await lab.putInForce('tags', { validationConfigurations });
    const byTag = `${lab.workshop.registry.address}/${signed.repository}:v1`;
    expect(await lab.ask('tags', byTag)).toEqual({ handWritten: 'admits', ours: 'denies' });
    const admitted = await rig.cluster.dryRun(lab.pod('tags', byTag));
    expect(admitted).toMatchObject({ ok: true, body: { spec: { containers: [{ image: byTag }] } } });
  }, 120_000);

  it('images that no policy names pass: nothing of an empty list is unsigned', async () => {
    await lab.putInForce('no-images');
    expect(await lab.ask('no-images', `ghcr.io/mallory/model@${unsigned.digest}`)).toEqual({ handWritten: 'admits', ours: 'denies' });
    expect(await lab.ask('no-images', 'nginx')).toEqual({ handWritten: 'admits', ours: 'denies' });
  }, 120_000);

  it('a policy that matches nothing is accepted, and holds nowhere', async () => {
    const { spec, ...policy } = lab.handWritten('matches-nothing') as ReturnType<typeof lab.handWritten> & { readonly spec: object };
    const empty = await rig.cluster.apply({ ...policy, spec: { ...spec, matchConstraints: {} } });
    expect(empty).toMatchObject({ ok: true });
    await rig.cluster.namespace('matches-nothing');
    expect(await lab.ask('matches-nothing', unsigned.reference)).toEqual({ handWritten: 'admits', ours: 'denies' });
    await rig.cluster.delete(policy);
  }, 120_000);

  it.each<readonly [string, PolicySpec]>([
    ['image.registry in matchImageReferences', { matchImageReferences: [{ expression: "image.registry == 'ghcr.io'" }] }],
    ['imageverify.verify', validating('images.containers.all(i, imageverify.verify(i, [attestors.release]) > 0)')],
    ['attestors under matchImageReferences', { matchImageReferences: [{ glob: 'ghcr.io/*', attestors: [] }] }],
    [
      'pullSecrets in small letters',
      { attestors: [{ name: 'x', cosign: { key: { data: '' }, source: { pullSecrets: [{ name: 's' }] } } }] },
    ],
  ])('what the documentation shows and the schema does not know: %s', async (_what, spec) => {
    const refused = await rig.cluster.dryRun(lab.handWritten('documented', spec));
    expect(refused).toMatchObject({ ok: false });
    expect(refused.message).toMatch(/undeclared reference|not declared in schema/);
  });
});

interface Webhook {
  readonly path: string;
  readonly timeoutSeconds: number;
}

/** The webhooks of ImageValidatingPolicies and ValidatingPolicies as the API server calls them. */
async function validatingWebhooks({ cluster }: AdmissionRig): Promise<readonly Webhook[]> {
  const { body } = await cluster.client.request('GET', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations');
  const { items } = body as { readonly items: readonly { readonly webhooks?: readonly WebhookObject[] }[] };
  return items
    .flatMap(({ webhooks = [] }) => webhooks)
    .map(({ clientConfig: { url = '' }, timeoutSeconds }) => ({ path: new URL(url).pathname, timeoutSeconds }));
}

interface WebhookObject {
  readonly clientConfig: { readonly url?: string };
  readonly timeoutSeconds: number;
}
