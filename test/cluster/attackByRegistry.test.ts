import { setTimeout as delay } from 'node:timers/promises';
import { CUSTOM } from '../support/admission/attestationArtifacts';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { policiesOf, release, writeTrustPolicy } from '../support/admission/trustPolicy';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { ApiResult, Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';
import { respond, silent } from '../support/registry';
import type { HostileHandler, HostileRegistry } from '../support/registry';
import { startFaultyRegistry } from '../support/registry/faultyRegistry';
import type { FaultRule } from '../support/registry/faultyRegistry';
import type { BundleOptions } from '../support/sigstore/bundles';
import { issueCertificate } from '../support/sigstore/certificates';
import { generateSigningKey } from '../support/sigstore/services';
import { carelessPod } from '../support/cluster/pods';

const HONEST: FaultRule = () => undefined;

/** Registries that fail, hang, lie, or choose what they show: under ModelAdmission nothing starts that was not verified. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('registries against ModelAdmission', () => {
  let rig: AdmissionRig;
  let workshop: Workshop;
  let faulty: HostileRegistry;
  let rule: FaultRule = HONEST;
  let trustPolicy: string;
  let signed: Artifact;
  let images = 0;

  const pod = (image: string): Manifest => carelessPod(NAMESPACE, 'asked', image);
  /** The same image by way of the faulty registry. */
  const seen = ({ repository, digest }: Artifact): string => `${faulty.address}/${repository}@${digest}`;
  const ask = (artifact: Artifact): Promise<ApiResult> => rig.cluster.dryRun(pod(seen(artifact)));
  const during = async <T>(fault: FaultRule, action: () => Promise<T>): Promise<T> => {
    rule = fault;
    try {
      return await action();
    } finally {
      rule = HONEST;
    }
  };
  const signedImage = async (): Promise<Artifact> => {
    const image = await workshop.image(`keyless/attacked-${images++}`);
    await workshop.sign(image, { identity: RELEASE_WORKFLOW });
    return image;
  };

  beforeAll(async () => {
    rig = await startAdmissionRig();
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    faulty = await startFaultyRegistry(rig.registry.address, (path) => rule(path));
    const further = [
      { name: 'behind-faults', images: [`${faulty.address}/keyless/**`], authorities: [release] },
      { name: 'read-behind-faults', images: [`${faulty.address}/custom/**`], ...policiesOf(workshop)['custom'] },
    ];
    trustPolicy = writeTrustPolicy(labDirectory(rig.cluster.directory), workshop, { tuf: rig.tuf, exceptions: [], further });
    await enforce(rig.cluster, trustPolicy);
    signed = await signedImage();
    await untilRefused(rig.cluster, pod(seen(await workshop.image('keyless/unsigned'))), '[unsigned]');
    expect(await ask(signed)).toMatchObject({ ok: true, message: '' });
  }, 600_000);
  afterAll(() => Promise.all([rig.stop(), faulty.close()]));

  const WHERE: readonly (readonly [string, (path: string) => boolean])[] = [
    ['the image', (path) => path.includes(`/manifests/${signed.digest}`)],
    ['the list of signatures', (path) => path.includes('/referrers/')],
    ['every signature', (path) => /\/manifests\/sha256:/.test(path) && !path.includes(signed.digest)],
    ['everything', () => true],
  ];
  const HOW: readonly (readonly [string, HostileHandler])[] = [
    ['answers 429', respond(429, '{"errors":[{"code":"TOOMANYREQUESTS"}]}')],
    ['answers 500', respond(500, 'broken')],
    ['answers 401', respond(401, '{}', { 'www-authenticate': 'Basic realm="x"' })],
    ['answers something else', respond(200, '{"schemaVersion":2}', { 'content-type': 'application/vnd.oci.image.manifest.v1+json' })],
  ];
  it.each(HOW.flatMap(([how, handler]) => WHERE.map(([where, matches]) => ({ how, where, handler, matches }))))(
    'a registry that $how when asked for $where: denied, and not remembered',
    async ({ handler, matches }) => {
      const denied = await during(
        (path) => (matches(path) ? handler : undefined),
        () => ask(signed),
      );
      expect(denied.ok).toBe(false);
      expect(denied.status).toBeLessThan(500);
      // A fault is not called "unsigned" and left at that.
      if (denied.message.includes('[unsigned]')) expect(denied.message).toContain('or the registry did not hand out its signatures');
      else expect(denied.message).toContain('failed to evaluate policy');
      expect(await ask(signed)).toMatchObject({ ok: true, message: '' });
    },
    60_000,
  );

  it('a registry that answers 429 once is asked again', async () => {
    let left = 1;
    const once: FaultRule = (path) => (path.includes('/manifests/') && left-- > 0 ? respond(429, '{}') : undefined);
    expect(await during(once, () => ask(signed))).toMatchObject({ ok: true, message: '' });
    expect(left).toBeLessThan(0);
  }, 60_000);

  it.each(['/manifests/', '/referrers/'])(
    'a registry that never answers %s is waited for as long as timeoutSeconds says, and denied',
    async (part) => {
      await enforce(rig.cluster, trustPolicy, { timeoutSeconds: 3 });
      await delay(1000);
      const hanging = await during(
        (path) => (path.includes(part) ? silent() : undefined),
        () => ask(signed),
      );
      expect(hanging).toMatchObject({ ok: false, message: expect.stringMatching(/deadline exceeded|context canceled/) });
      await enforce(rig.cluster, trustPolicy);
    },
    120_000,
  );

  it('a log entry taken out of a bundle: denied', async () => {
    const image = await workshop.image('keyless/stripped');
    const bundle = await workshop.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
    await workshop.attach(image, { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [] } });
    expect(await ask(image)).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    await workshop.attach(image, bundle);
    expect(await ask(image)).toMatchObject({ ok: true, message: '' });
  }, 60_000);

  it('sixty signatures of strangers before the right one: it is found; without it, denied', async () => {
    const [crowded, strangersOnly] = [await workshop.image('keyless/crowded'), await workshop.image('keyless/strangers')];
    for (const image of [crowded, strangersOnly]) {
      const bundle = await workshop.sigstore.signImage({ digest: image.digest, identity: FOREIGN_WORKFLOW });
      // Different bytes each time: the registry lists an artifact once.
      for (let copy = 0; copy < 60; copy++) await workshop.attach(image, Buffer.from(`${JSON.stringify(bundle)}${' '.repeat(copy)}`));
    }
    await workshop.sign(crowded, { identity: RELEASE_WORKFLOW });
    expect(await ask(crowded)).toMatchObject({ ok: true, message: '' });
    expect(await ask(strangersOnly)).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
  }, 120_000);

  it('an expired certificate, and nothing that says when it signed: denied', async () => {
    const key = generateSigningKey();
    const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
    const certificate = await issueCertificate(workshop.sigstore.services, {
      publicKey: key.publicKey,
      names: [{ kind: 'uri', value: RELEASE_WORKFLOW.subject }],
      issuer: RELEASE_WORKFLOW.issuer,
      // The authority of the rig is hardly older.
      validity: [ago(9), ago(3)],
    });
    const signedAt = ago(6);
    const image = await workshop.image('keyless/expired');
    const { digest } = image;
    const bundle = async (options: BundleOptions) => workshop.sigstore.signImage({ digest, key, certificate, ...options });
    await workshop.attach(image, await bundle({ logged: false }));
    expect(await ask(image)).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    await workshop.attach(image, await bundle({ integratedTime: ago(1) }));
    expect(await ask(image)).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    // Signed while it was valid, as the log says, it would do.
    await workshop.attach(image, await bundle({ integratedTime: signedAt }));
    expect(await ask(image)).toMatchObject({ ok: true, message: '' });
  }, 60_000);

  describe('two attestations of opposite verdicts by the right signer', () => {
    let image: Artifact;
    const inOrder =
      (first: string): HostileHandler =>
      (request, response) => {
        void fetch(`http://${rig.registry.address}${request.url ?? ''}`).then(async (answer) => {
          const list = (await answer.json()) as { readonly manifests: readonly { readonly digest: string }[] };
          const rank = ({ digest }: { readonly digest: string }) => (digest === first ? 0 : 1);
          const manifests = [...list.manifests].sort((a, b) => rank(a) - rank(b));
          response
            .writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' })
            .end(JSON.stringify({ ...list, manifests }));
        });
      };
    const listing =
      (first: string): FaultRule =>
      (path) =>
        path.includes('/referrers/') ? inOrder(first) : undefined;
    let approved: string;
    let rejected: string;

    beforeAll(async () => {
      image = await workshop.image('custom/two-verdicts');
      await workshop.sign(image, { identity: RELEASE_WORKFLOW });
      const decide = (decision: string) =>
        workshop.attest(image, { identity: RELEASE_WORKFLOW }, CUSTOM, { decision, reviewer: 'ann@acme.com', round: 3 });
      const before = await listed(image);
      approved = await added(image, before, () => decide('approved'));
      // The log tells whole seconds.
      await delay(1100);
      rejected = await added(image, [...before, approved], () => decide('rejected'));
    }, 60_000);

    it('the preview goes by the newest, whatever the order of the registry', async () => {
      const preview = new Preview(trustPolicy);
      expect(await during(listing(approved), () => preview.verify(seen(image)))).toMatchObject({ outcome: 'rejected' });
      expect(await during(listing(rejected), () => preview.verify(seen(image)))).toMatchObject({ outcome: 'rejected' });
    }, 60_000);

    it('the cluster goes by the last of the list: why previewOnly says so, and a verification summary is the way out', async () => {
      expect(await during(listing(approved), () => ask(image))).toMatchObject({ ok: false });
      expect(await during(listing(rejected), () => ask(image))).toMatchObject({ ok: true });
    }, 60_000);
  });

  /** Digests of what the registry lists for an image. */
  async function listed({ repository, digest }: Artifact): Promise<readonly string[]> {
    const answer = await fetch(`http://${rig.registry.address}/v2/${repository}/referrers/${digest}`);
    return ((await answer.json()) as { readonly manifests: readonly { readonly digest: string }[] }).manifests.map((entry) => entry.digest);
  }

  /** Digest of what an action attaches. */
  async function added(image: Artifact, before: readonly string[], action: () => Promise<void>): Promise<string> {
    await action();
    const [digest] = (await listed(image)).filter((entry) => !before.includes(entry));
    if (digest === undefined) throw new Error('nothing was attached');
    return digest;
  }
});
