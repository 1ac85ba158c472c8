import { BesideOurs, answerOf } from '../support/admission/besideOurs';
import type { Answer } from '../support/admission/besideOurs';
import { NAMESPACE } from '../support/admission/manifests';
import { RELEASE_SUBJECT, RELEASE_WORKFLOW } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { Kyverno } from '../support/cluster/kyverno';
import { describeCluster } from '../support/cluster/describeCluster';
import { startOutsideProxy } from '../support/cluster/outsideProxy';
import type { OutsideProxy } from '../support/cluster/outsideProxy';
import { createLocalSigstore } from '../support/sigstore/localSigstore';
import { startTufMirror } from '../support/sigstore/tufMirror';
import type { TufMirror } from '../support/sigstore/tufMirror';

/** None for a private Sigstore: what Kyverno knows of it, it knows from policies. */
const FLAGS = ['--enableTuf=false'];
const PUBLIC_TUF = 'CONNECT tuf-repo-cdn.sigstore.dev:443';

/**
 * Traps of Kyverno in where the keys of Sigstore come from; docs/admission-traps.md has them by number. The tests build on each other: a
 * Kyverno process remembers. It reaches nothing beyond this machine, and what it asks for there is written down.
 */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('a policy by hand beside ours, about trust roots', () => {
  let outside: OutsideProxy;
  let rig: AdmissionRig;
  let lab: BesideOurs;
  let second: TufMirror;
  let signed: Artifact;
  let signedElsewhere: Artifact;

  const attestor = (cosign: object): { readonly attestors: readonly object[] } => ({
    attestors: [{ name: 'release', cosign: { keyless: { identities: [RELEASE_SUBJECT] }, ...cosign } }],
  });
  const tufOf = ({ url, root }: Pick<TufMirror, 'url' | 'root'>) => ({
    tuf: { mirror: url, root: { data: Buffer.from(root).toString('base64') } },
  });

  const about = async (ask: (image: string) => Promise<Answer>) => ({
    signed: await ask(signed.reference),
    elsewhere: await ask(signedElsewhere.reference),
  });
  const byHand = (name: string) => about(async (image) => answerOf(await rig.cluster.dryRun(lab.pod(name, image))));
  const ours = () => byHand(NAMESPACE);

  let running: Kyverno;
  /** A process that remembers nothing; the policies are there. */
  const restarted = async (): Promise<Kyverno> => {
    await running.kill();
    running = await rig.cluster.startKyverno({ outside, flags: FLAGS });
    return running;
  };

  beforeAll(async () => {
    outside = await startOutsideProxy();
    rig = await startAdmissionRig({ kyverno: { outside, flags: FLAGS } });
    running = rig.kyverno;
    lab = await BesideOurs.prepare(rig);
    signed = await lab.workshop.image('keyless/signed');
    await lab.workshop.sign(signed, { identity: RELEASE_WORKFLOW });
    const sigstore = await createLocalSigstore();
    second = await startTufMirror(sigstore.trustedRootJson);
    signedElsewhere = await lab.workshop.image('keyless/signed-elsewhere');
    await lab.workshop.attach(signedElsewhere, await sigstore.signImage({ digest: signedElsewhere.digest, identity: RELEASE_WORKFLOW }));
  }, 600_000);
  afterAll(() => Promise.all([rig.stop(), outside.stop()]));

  it('ours names its mirror, and asks nobody else', async () => {
    await lab.putOursInForce();
    expect(await ours()).toEqual({ signed: 'admits', elsewhere: 'denies' });
    expect([...outside.asked]).toEqual([]);
  }, 120_000);

  it('a second private mirror beside the first: each vouches for its own', async () => {
    await lab.putInForce('second', attestor(tufOf(second)));
    expect(await byHand('second')).toEqual({ signed: 'denies', elsewhere: 'admits' });
    expect(await ours()).toEqual({ signed: 'admits', elsewhere: 'denies' });
  }, 120_000);

  it('trustedRoot without tuf asks the public Sigstore all the same, and nothing verifies', async () => {
    await lab.putInForce('root-only', attestor({ trustedRoot: { value: JSON.stringify(rig.sigstore.sigstore.trustedRootJson) } }));
    expect(await byHand('root-only')).toEqual({ signed: 'denies', elsewhere: 'denies' });
    expect([...outside.asked]).toEqual([PUBLIC_TUF]);
    expect(await ours()).toEqual({ signed: 'admits', elsewhere: 'denies' });
  }, 120_000);

  describe('in a process of Kyverno that meets a policy without tuf first', () => {
    let kyverno: Kyverno;
    beforeAll(async () => {
      kyverno = await restarted();
      await lab.putInForce('no-tuf', attestor({}));
    }, 120_000);

    it('the public Sigstore is asked, and nothing verifies', async () => {
      expect(await byHand('no-tuf')).toEqual({ signed: 'denies', elsewhere: 'denies' });
      expect(kyverno.verificationErrors(signed.reference)).toContainEqual(expect.stringContaining('tuf-repo-cdn.sigstore.dev'));
    }, 60_000);

    it('nothing of any other policy verifies either, until the process ends', async () => {
      expect(await ours()).toEqual({ signed: 'denies', elsewhere: 'denies' });
      await rig.cluster.delete(lab.handWritten('no-tuf'));
      await restarted();
      expect(await ours()).toEqual({ signed: 'admits', elsewhere: 'denies' });
    }, 120_000);
  });

  it('whichever mirror a process met first it asks before every verification: with that one down, nothing verifies', async () => {
    const kyverno = await restarted();
    expect(await byHand('second')).toEqual({ signed: 'denies', elsewhere: 'admits' });
    expect(await ours()).toEqual({ signed: 'admits', elsewhere: 'denies' });
    await second.stop();
    expect(await ours()).toEqual({ signed: 'denies', elsewhere: 'denies' });
    expect(kyverno.verificationErrors(signed.reference)).toContainEqual(expect.stringContaining(second.url.replace('http://', '')));
  }, 120_000);
});
