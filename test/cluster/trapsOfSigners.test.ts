import { ATTESTATIONS, BOM, CUSTOM } from '../support/admission/attestationArtifacts';
import { BesideOurs } from '../support/admission/besideOurs';
import { FOREIGN_WORKFLOW, RELEASE_SUBJECT, RELEASE_WORKFLOW, REVIEWER } from '../support/admission/workshop';
import type { Artifact } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';
import { createLocalSigstore } from '../support/sigstore/localSigstore';
import { certificatePem, publicKeyPem } from '../support/sigstore/signers';

const RELEASE = { identity: RELEASE_WORKFLOW };

/** Traps of Kyverno in what a policy says about signers and attestations; docs/admission-traps.md has them by number. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('a policy by hand beside ours, about signers', () => {
  let rig: AdmissionRig;
  let lab: BesideOurs;
  let images = 0;

  /** A fresh image, so that nothing is left of another test. */
  const image = (policy: string): Promise<Artifact> => lab.workshop.image(`${policy}/trap-${images++}`);
  const signed = async (policy: string, ...signers: Parameters<typeof lab.workshop.sign>[1][]): Promise<Artifact> => {
    const made = await image(policy);
    for (const signer of signers) await lab.workshop.sign(made, signer);
    return made;
  };
  /** The attestor of the documentation with other fields in `keyless`, or beside it. */
  const attestor = (keyless: object, cosign: object = {}): { readonly attestors: readonly object[] } => {
    const usual = rig.attestor('release', RELEASE_WORKFLOW) as { readonly cosign: { readonly keyless: object } };
    return {
      attestors: [{ ...usual, cosign: { ...usual.cosign, ...cosign, keyless: { ...usual.cosign.keyless, ...keyless } } }],
    };
  };
  const attestation = (name: string, type: object, says: string) => ({
    attestations: [{ name, ...type }],
    validations: [
      {
        expression: `images.containers.all(i, verifyAttestationSignatures(i, attestations.${name}, [attestors.release]) > 0 && ${says})`,
        message: 'no attestation',
      },
    ],
  });
  const payload = (name: string, field: string): string => `extractPayload(i, attestations.${name}).predicate.${field}`;

  beforeAll(async () => {
    rig = await startAdmissionRig();
    lab = await BesideOurs.open(rig);
  }, 600_000);
  afterAll(() => rig.stop());

  it('two identities in one attestor: whoever of the two signed is denied, for a bundle', async () => {
    await lab.putInForce('two-identities', attestor({ identities: [REVIEWER, RELEASE_SUBJECT] }));
    const byBoth = await signed('identities', RELEASE, { identity: REVIEWER });
    expect(await lab.ask('two-identities', byBoth.reference)).toEqual({ handWritten: 'denies', ours: 'admits' });
    expect(rig.kyverno.verificationErrors(byBoth.reference)).toContainEqual(expect.stringContaining('multiple identities'));
  }, 120_000);

  it('subjectExpression is read by nobody: a stranger of the same issuer signs in the old layout', async () => {
    const { issuer } = RELEASE_WORKFLOW;
    const subjectExpression = `subject == ${JSON.stringify(RELEASE_WORKFLOW.subject)}`;
    await lab.putInForce('subject-expression', attestor({ identities: [{ issuer, subjectExpression }] }));
    const stranger = await image('keyless');
    await lab.workshop.signLegacy(stranger, { identity: FOREIGN_WORKFLOW });
    expect(await lab.ask('subject-expression', stranger.reference)).toEqual({ handWritten: 'admits', ours: 'denies' });
  }, 120_000);

  it('subjectExpression is read by nobody: a bundle by the right signer is denied', async () => {
    const right = await signed('keyless', RELEASE);
    expect(await lab.ask('subject-expression', right.reference)).toEqual({ handWritten: 'denies', ours: 'admits' });
  }, 120_000);

  it('additionalExtensions are read by nobody: a certificate without the extension passes', async () => {
    const additionalExtensions = { githubWorkflowRepository: 'acme/nothing-of-this-name', githubWorkflowTrigger: 'release' };
    await lab.putInForce('extensions', attestor({ additionalExtensions }));
    expect((await lab.ask('extensions', (await signed('keyless', RELEASE)).reference)).handWritten).toBe('admits');
    // What ours asks of a workflow stands in its subject, which is read.
    const elsewhere = await signed('keyless', { identity: FOREIGN_WORKFLOW });
    expect(await lab.ask('extensions', elsewhere.reference)).toEqual({ handWritten: 'denies', ours: 'denies' });
  }, 120_000);

  it('roots, rekorPubKey and ctLogPubKey of somebody else change nothing', async () => {
    const other = await createLocalSigstore();
    const [authority] = other.trustedRootJson.certificateAuthorities;
    const roots = certificatePem(Buffer.from(authority!.certChain.certificates[0]!.rawBytes, 'base64'));
    const rekorPubKey = publicKeyPem(other.services.rekorKey.publicKey);
    const ctlog = { url: 'http://127.0.0.1:1', rekorPubKey, ctLogPubKey: publicKeyPem(other.services.rekorKey.publicKey) };
    await lab.putInForce('other-roots', attestor({ roots }, { ctlog }));
    expect((await lab.ask('other-roots', (await signed('keyless', RELEASE)).reference)).handWritten).toBe('admits');
    // Under another Sigstore nobody is known: what counts is the trusted root alone, ours and theirs.
    const foreign = await image('keyless');
    await lab.workshop.attach(foreign, await other.signImage({ digest: foreign.digest, ...RELEASE }));
    expect(await lab.ask('other-roots', foreign.reference)).toEqual({ handWritten: 'denies', ours: 'denies' });
  }, 120_000);

  it('ctlog without url: everything is denied', async () => {
    await lab.putInForce('no-log-url', attestor({}, { ctlog: { insecureIgnoreSCT: true } }));
    const right = await signed('keyless', RELEASE);
    expect(await lab.ask('no-log-url', right.reference)).toEqual({ handWritten: 'denies', ours: 'admits' });
    expect(rig.kyverno.verificationErrors(right.reference)).toContainEqual(expect.stringContaining('rekor URL must be provided'));
  }, 120_000);

  it('the alias of a predicate type verifies, and cannot be read', async () => {
    await lab.putInForce('alias', attestation('sbom', { intoto: { type: 'cyclonedx' } }, 'true'));
    await lab.putInForce(
      'alias-read',
      attestation('sbom', { intoto: { type: 'cyclonedx' } }, `${payload('sbom', 'bomFormat')} == 'CycloneDX'`),
    );
    await lab.putInForce('uri-read', attestation('sbom', { intoto: { type: BOM } }, `${payload('sbom', 'bomFormat')} == 'CycloneDX'`));
    const good = await ATTESTATIONS['sbom']!['good']!(lab.workshop, 'sbom/trap-alias');
    expect(await lab.ask('alias', good.reference)).toEqual({ handWritten: 'admits', ours: 'admits' });
    expect(await lab.ask('alias-read', good.reference)).toEqual({ handWritten: 'denies', ours: 'admits' });
    expect(await lab.ask('uri-read', good.reference)).toEqual({ handWritten: 'admits', ours: 'admits' });
  }, 120_000);

  it('a referrer that nobody verified is read as if somebody had', async () => {
    const type = 'application/vnd.acme.decision';
    const says = "extractPayload(i, attestations.decision).decision == 'approved'";
    const expression = `images.containers.all(i, verifyImageSignatures(i, [attestors.release]) > 0 && ${says})`;
    const attestations = [{ name: 'decision', referrer: { type } }];
    await lab.putInForce('referrer', { attestations, validations: [{ expression, message: 'not approved' }] });
    const forged = await signed('custom', RELEASE);
    await lab.workshop.attachUnsigned(forged, type, { decision: 'approved', reviewer: 'ann@acme.com', round: 3 });
    expect(await lab.ask('referrer', forged.reference)).toEqual({ handWritten: 'admits', ours: 'denies' });
    // Attested, the same decision passes ours.
    await lab.workshop.attest(forged, RELEASE, CUSTOM, { decision: 'approved', reviewer: 'ann@acme.com', round: 3 });
    expect(await lab.ask('referrer', forged.reference)).toEqual({ handWritten: 'admits', ours: 'admits' });
  }, 120_000);

  it('a pattern without anchors matches in the middle of a subject', async () => {
    const subjectRegExp = 'https://github\\.com/acme/ml-models/\\.github/workflows/release\\.yml@refs/tags/v\\d+\\.\\d+\\.\\d+';
    await lab.putInForce('no-anchors', attestor({ identities: [{ issuer: RELEASE_WORKFLOW.issuer, subjectRegExp }] }));
    const subject = RELEASE_WORKFLOW.subject.replace('refs/heads/main', 'refs/tags/v1.2.3');
    const by = (from: string) => signed('pattern', { identity: { issuer: RELEASE_WORKFLOW.issuer, subject: from } });
    expect(await lab.ask('no-anchors', (await by(subject)).reference)).toEqual({ handWritten: 'admits', ours: 'admits' });
    const evil = { handWritten: 'admits', ours: 'denies' };
    expect(await lab.ask('no-anchors', (await by(`https://evil.example/${subject}`)).reference)).toEqual(evil);
    expect(await lab.ask('no-anchors', (await by(`${subject}-rc1`)).reference)).toEqual(evil);
  }, 120_000);

  it('a subject with a star is compared as it stands', async () => {
    const identities = [{ issuer: RELEASE_WORKFLOW.issuer, subject: 'https://github.com/acme/*' }];
    await lab.putInForce('star-in-subject', attestor({ identities }));
    expect(await lab.ask('star-in-subject', (await signed('keyless', RELEASE)).reference)).toEqual({
      handWritten: 'denies',
      ours: 'admits',
    });
  }, 120_000);
});
