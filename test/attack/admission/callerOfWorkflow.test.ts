import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderVerificationSummary } from '../../../verification';
import { HttpRegistry } from '../../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../../support/admission/lab';
import { NAMESPACE } from '../../support/admission/manifests';
import { Preview, codesIn } from '../../support/admission/preview';
import { writeTrustPolicy } from '../../support/admission/trustPolicy';
import { RELEASE_WORKFLOW, Workshop } from '../../support/admission/workshop';
import type { Artifact } from '../../support/admission/workshop';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { ADMISSION_TOOLS, startAdmissionRig } from '../../support/cluster/admissionRig';
import type { AdmissionRig } from '../../support/cluster/admissionRig';
import { describeCluster } from '../../support/cluster/describeCluster';
import { carelessPod } from '../../support/cluster/pods';
import type { SignerIdentity } from '../../support/sigstore/signers';

const BUILD = { issuer: RELEASE_WORKFLOW.issuer, subject: 'https://github.com/acme/workflows/.github/workflows/build.yml@refs/tags/v3' };
const OURS: SignerIdentity = { ...BUILD, sourceRepository: 'https://github.com/acme/ml' };
const THEIRS: SignerIdentity = { ...BUILD, sourceRepository: 'https://github.com/mallory/evil' };
const GATE: SignerIdentity = { issuer: 'https://accounts.google.com', subject: 'gate@acme.com' };
const VERIFIER = 'https://acme.example/model-gate';
const SUMMARY = 'https://slsa.dev/verification_summary/v1';

/** A reusable workflow signs under its own name whatever repository calls it, and Kyverno reads that name only. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('the caller of a workflow', () => {
  let rig: AdmissionRig;
  let workshop: Workshop;
  let preview: Preview;
  let policyDigest: string;
  let images = 0;

  const signedBy = async (identity: SignerIdentity): Promise<Artifact> => {
    const image = await workshop.image(`bound/image-${images++}`);
    await workshop.sign(image, { identity });
    return image;
  };
  /** What the gate does: it verifies the image, and signs what came out. */
  const promote = async (image: Artifact, signer: SignerIdentity = GATE): Promise<void> => {
    const verdict = await preview.verify(image.reference);
    const options = { verifierId: VERIFIER, policyUri: 'https://acme.example/trust-policy.yaml', policyDigest, timeVerified: new Date() };
    const statement = renderVerificationSummary(verdict, options);
    if (statement === undefined) throw new Error(`no summary of ${verdict.outcome}`);
    // An attacker signs what the gate would have said.
    const forged = signer === GATE ? {} : { verificationResult: 'PASSED', verifiedLevels: [] };
    await workshop.attest(image, { identity: signer }, SUMMARY, { ...statement.predicate, ...forged });
  };
  const admit = async ({ reference }: Artifact): Promise<Answer> => {
    const { ok, message } = await rig.cluster.dryRun(carelessPod(NAMESPACE, 'asked', reference));
    return { outcome: ok ? 'admitted' : 'denied', codes: codesIn(message) };
  };
  const control = async (): Promise<Answer> => {
    const image = await signedBy(OURS);
    await promote(image);
    return admit(image);
  };

  beforeAll(async () => {
    rig = await startAdmissionRig();
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const identities = [{ ...BUILD, sourceRepository: 'https://github.com/acme/ml' }];
    const further = [
      { name: 'bound', images: [`${workshop.registry.address}/bound/**`], authorities: [{ name: 'build', keyless: { identities } }] },
    ];
    const trustPolicy = writeTrustPolicy(labDirectory(rig.cluster.directory), workshop, {
      tuf: rig.tuf,
      exceptions: [],
      only: [],
      further,
    });
    policyDigest = `sha256:${createHash('sha256').update(readFileSync(trustPolicy)).digest('hex')}`;
    process.env['XDG_CACHE_HOME'] = mkdtempSync(path.join(tmpdir(), 'verification-cache-'));
    preview = new Preview(trustPolicy);
    await enforce(rig.cluster, trustPolicy, { verificationSummary: { verifierId: VERIFIER, ...GATE, exactPolicy: true } });
    await untilRefused(rig.cluster, carelessPod(NAMESPACE, 'asked', (await workshop.image('bound/unsigned')).reference), '[unsigned]');
  }, 600_000);
  afterAll(() => rig.stop());

  const attacker = 'calls a reusable workflow of ours from another repository';
  attempt('runs an image that the workflow signed for another repository', {
    attacker,
    control,
    attack: async () => admit(await signedBy(THEIRS)),
    expected: { outcome: 'denied', code: 'attestation-missing' },
  });
  attempt('has the gate look at an image that the workflow signed for another repository', {
    attacker,
    control,
    attack: async () => {
      const image = await signedBy(THEIRS);
      await promote(image);
      return admit(image);
    },
    expected: { outcome: 'denied', code: 'verification-summary-mismatch' },
  });
  attempt('signs the summary of the gate in the same workflow', {
    attacker,
    control,
    attack: async () => {
      const image = await signedBy(THEIRS);
      await promote(image, THEIRS);
      return admit(image);
    },
    expected: { outcome: 'denied', code: 'attestation-missing' },
  });
});
