import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { renderVerificationSummary } from '../../verification';
import type { Verdict } from '../../verification';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';
import { carelessPod } from '../support/cluster/pods';

const GATE = { issuer: RELEASE_WORKFLOW.issuer, subject: 'https://github.com/acme/platform/.github/workflows/promote.yml@refs/heads/main' };
const VERIFIER = 'https://acme.example/model-gate';
const SUMMARY = 'https://slsa.dev/verification_summary/v1';
const DAY_MS = 24 * 60 * 60 * 1000;

/** What Kyverno cannot see itself it takes from the gate, in the words in which our gate writes it. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('a cluster that asks for verification summaries of the gate', () => {
  let rig: AdmissionRig;
  let workshop: Workshop;
  let policyDigest: string;
  let preview: Preview;
  let images = 0;

  const pod = (image: string): Manifest => carelessPod(NAMESPACE, 'summarised', image);
  const signedImage = async (): Promise<Artifact> => {
    const image = await workshop.image(`keyless/summarised-${images++}`);
    await workshop.sign(image, { identity: RELEASE_WORKFLOW });
    return image;
  };
  interface Change {
    readonly verdict?: (verdict: Verdict) => Verdict;
    readonly signer?: typeof GATE;
    readonly verifierId?: string;
    readonly policyDigest?: string;
    readonly age?: number;
    readonly about?: string;
  }
  /** Verifies an image for real, and signs the summary of the verdict as the gate does. */
  const summarise = async (image: Artifact, change: Change = {}): Promise<void> => {
    const verdict = await preview.verify(image.reference);
    const statement = renderVerificationSummary(change.verdict?.(verdict) ?? verdict, {
      verifierId: change.verifierId ?? VERIFIER,
      policyUri: 'https://acme.example/trust-policy.yaml',
      policyDigest: change.policyDigest ?? policyDigest,
      timeVerified: new Date(Date.now() - (change.age ?? 0)),
    });
    if (statement === undefined) throw new Error(`no summary of ${verdict.outcome}`);
    const { predicate } = statement;
    await workshop.attest(image, { identity: change.signer ?? GATE }, SUMMARY, {
      ...predicate,
      ...(change.about !== undefined && { resourceUri: change.about }),
    });
  };

  beforeAll(async () => {
    rig = await startAdmissionRig();
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const trustPolicy = writeTrustPolicy(labDirectory(rig.cluster.directory), workshop, { tuf: rig.tuf, exceptions: [] });
    policyDigest = `sha256:${createHash('sha256').update(readFileSync(trustPolicy)).digest('hex')}`;
    preview = new Preview(trustPolicy);
    await enforce(rig.cluster, trustPolicy, { verificationSummary: { verifierId: VERIFIER, ...GATE, exactPolicy: true, maxAge: '7d' } });
    await untilRefused(rig.cluster, pod((await signedImage()).reference), '[attestation-missing]');
  }, 600_000);
  afterAll(() => rig.stop());

  it('admits an image that the gate verified', async () => {
    const image = await signedImage();
    await summarise(image);
    expect(await rig.cluster.dryRun(pod(image.reference))).toMatchObject({ ok: true, message: '' });
  }, 60_000);

  it.each<[string, Change]>([
    ['says FAILED', { verdict: (verdict) => rejected(verdict) }],
    ['was signed by the release workflow, which may not speak for the gate', { signer: RELEASE_WORKFLOW }],
    ['was signed by a stranger', { signer: FOREIGN_WORKFLOW }],
    ['names another verifier', { verifierId: 'https://evil.example/gate' }],
    ['is about another repository', { about: 'oci://ghcr.io/acme/other' }],
    ['was made under another trust policy', { policyDigest: `sha256:${'ab'.repeat(32)}` }],
    ['is older than allowed', { age: 8 * DAY_MS }],
    ['is of tomorrow', { age: -DAY_MS }],
  ])(
    'denies an image whose summary %s',
    async (_what, change) => {
      const image = await signedImage();
      await summarise(image, change);
      expect(await rig.cluster.dryRun(pod(image.reference))).toMatchObject({
        ok: false,
        message: expect.stringMatching(/\[(?:attestation-missing|verification-summary-mismatch)\].*docs\/findings/s),
      });
    },
    60_000,
  );

  it('denies an image that has a summary and no signature', async () => {
    const [unsigned, signed] = [await workshop.image(`keyless/unsigned-summarised`), await signedImage()];
    const verdict = await preview.verify(signed.reference);
    await summarise(unsigned, { verdict: () => ({ ...verdict, reference: unsigned.reference, digest: unsigned.digest }) });
    expect(await rig.cluster.dryRun(pod(unsigned.reference))).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
  }, 60_000);
});

/** The opposite answer about the same image. */
function rejected({ reference, ...verdict }: Verdict): Verdict {
  const digest = verdict.digest ?? '';
  const finding = { code: 'image-unpinned', reference } as const;
  return { outcome: 'rejected', reference, digest, enforcement: 'enforce', findings: [finding] };
}
