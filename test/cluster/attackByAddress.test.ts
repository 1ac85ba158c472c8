import { BesideOurs } from '../support/admission/besideOurs';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { release, writeTrustPolicy } from '../support/admission/trustPolicy';
import { RELEASE_WORKFLOW } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';
import { startOutsideProxy } from '../support/cluster/outsideProxy';
import type { OutsideProxy } from '../support/cluster/outsideProxy';
import { startFaultyRegistry } from '../support/registry/faultyRegistry';
import { respond } from '../support/registry';
import type { HostileRegistry } from '../support/registry';

/** An address of RFC 1918, where a registry of ours answers through the proxy. */
const PRIVATE = '10.11.12.13:5000';
/** The same, run by somebody who changes what passes. */
const TAPPED = '192.168.7.7:5000';

/**
 * Spellings of a registry, and addresses, by which an image could reach a pod past the policy for it. Kyverno reaches nothing beyond this
 * machine; what it asks for there is written down.
 */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('addresses against ModelAdmission', () => {
  const standIns = new Map<string, string>();
  let outside: OutsideProxy;
  let rig: AdmissionRig;
  let lab: BesideOurs;
  let tapped: HostileRegistry;
  let signed: Artifact;
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

  beforeAll(async () => {
    outside = await startOutsideProxy(standIns);
    rig = await startAdmissionRig({ kyverno: { outside, flags: ['--allowInsecureRegistry=false'] } });
    lab = await BesideOurs.prepare(rig);
    signed = await lab.workshop.image('keyless/signed', 'v1');
    await lab.workshop.sign(signed, { identity: RELEASE_WORKFLOW });
    const other = await fetch(`http://${rig.registry.address}/v2/${lab.unsigned.repository}/manifests/${lab.unsigned.digest}`);
    const swap = respond(200, Buffer.from(await other.arrayBuffer()), { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
    tapped = await startFaultyRegistry(rig.registry.address, (path) => (path.includes(`/manifests/${signed.digest}`) ? swap : undefined));
    standIns.set(PRIVATE, rig.registry.address).set(TAPPED, tapped.address);
    const covered = ['ghcr.io/acme/**', 'docker.io/acme/**', 'docker.io/library/**', `${PRIVATE}/**`, `${TAPPED}/**`];
    const further = [{ name: 'outside', images: covered, authorities: [release] }];
    // Whatever no policy covers may run: only the right reading of a reference keeps an image from passing.
    const options = { tuf: rig.tuf, exceptions: [], further, unmatchedImages: 'allow' };
    await enforce(rig.cluster, writeTrustPolicy(labDirectory(rig.cluster.directory), lab.workshop, options), {
      insecureRegistriesUnsafe: false,
    });
    await untilRefused(rig.cluster, lab.pod(NAMESPACE, lab.unsigned.reference), '[unsigned]');
    const globs = ['ghcr.io/acme/*', 'docker.io/acme/*', 'docker.io/library/*'].map((glob) => ({ glob }));
    await lab.putInForce('globs', { matchImageReferences: globs }, `ghcr.io/acme/model@${digest}`);
    await lab.putInForce(
      'private',
      { matchImageReferences: [{ glob: `${PRIVATE}/*` }] },
      `${PRIVATE}/${lab.unsigned.repository}@${lab.unsigned.digest}`,
    );
  }, 600_000);
  afterAll(() => Promise.all([rig.stop(), outside.stop(), tapped.close()]));

  it('an image that no policy covers is admitted here: the control of the tests below', async () => {
    expect(await lab.ask('globs', `quay.io/acme/model@${digest}`)).toEqual({ handWritten: 'admits', ours: 'admits' });
  }, 60_000);

  it.each([
    [`ghcr.io:443/acme/model@${digest}`, 'ghcr.io:443'],
    [`GHCR.io/acme/model@${digest}`, 'GHCR.io:443'],
    [`Ghcr.IO:443/acme/model@${digest}`, 'Ghcr.IO:443'],
    [`index.docker.io/acme/model@${digest}`, 'index.docker.io:443'],
    [`INDEX.docker.io/acme/model@${digest}`, 'INDEX.docker.io:443'],
    [`docker.io:443/acme/model@${digest}`, 'docker.io:443'],
    [`acme/model@${digest}`, 'index.docker.io:443'],
    [`nginx@${digest}`, 'index.docker.io:443'],
    [`docker.io/nginx@${digest}`, 'index.docker.io:443'],
  ])(
    '%s is looked for where it is',
    async (image, host) => {
      expect(await lab.ask('globs', image)).toEqual({ handWritten: 'admits', ours: 'denies' });
      expect([...outside.asked].map((asked) => asked.toLowerCase())).toContain(`CONNECT ${host}`.toLowerCase());
    },
    60_000,
  );

  it('spelt as the policy spells it, both look', async () => {
    for (const image of [`ghcr.io/acme/model@${digest}`, `docker.io/acme/model@${digest}`]) {
      expect(await lab.ask('globs', image)).toEqual({ handWritten: 'denies', ours: 'denies' });
    }
  }, 60_000);

  it('a registry at a private address is read in plain text, without anybody having allowed it', async () => {
    expect(await lab.ask('private', `${PRIVATE}/${signed.repository}@${signed.digest}`)).toEqual({ handWritten: 'admits', ours: 'admits' });
    expect(outside.asked).toContain(`http://${PRIVATE}`);
    expect(await lab.ask('private', `${PRIVATE}/${lab.unsigned.repository}@${lab.unsigned.digest}`)).toEqual({
      handWritten: 'denies',
      ours: 'denies',
    });
  }, 60_000);

  it('who listens on that way cannot put another image in its place: the digest is recomputed, and a tag is denied', async () => {
    expect((await lab.ask('private', `${TAPPED}/${signed.repository}@${signed.digest}`)).ours).toBe('denies');
    expect((await lab.ask('private', `${TAPPED}/${signed.repository}:v1`)).ours).toBe('denies');
    expect(tapped.requests.map(({ path }) => path)).toContainEqual(expect.stringContaining(`/manifests/${signed.digest}`));
  }, 60_000);
});
