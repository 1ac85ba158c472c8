import { enforce, untilRefused } from '../support/admission/lab';
import { pod, startClusterPolicyLab } from '../support/admission/clusterPolicyLab';
import type { ClusterPolicyLab } from '../support/admission/clusterPolicyLab';
import { WORKLOADS } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { NOBODY } from '../support/admission/trustPolicy';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW } from '../support/admission/workshop';
import { ADMISSION_TOOLS_WITH_DISTRIBUTION } from '../support/cluster/admissionRig';
import type { ApiResult } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';

const LEGACY = { backend: 'clusterPolicy', signatureFormat: 'legacy' } as const;
const RELEASE = { identity: RELEASE_WORKFLOW } as const;

/** What decides beside signatures: attestations, modes, formats, summaries. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS_WITH_DISTRIBUTION)('ClusterPolicies', () => {
  let lab: ClusterPolicyLab;
  const denied = (words: string) => ({ ok: false, message: expect.stringContaining(words) as string });
  const admitted = { ok: true, message: '' };
  const ask = (image: string): Promise<ApiResult> => lab.rig.cluster.dryRun(pod('asked', image));
  const signed = async (repository: string) => {
    const image = await lab.workshop.image(repository);
    await lab.workshop.sign(image, RELEASE);
    return image;
  };
  const attested = async (repository: string, type: string, predicate: object, identity = RELEASE_WORKFLOW) => {
    const image = await signed(repository);
    await lab.workshop.attest(image, { identity }, type, predicate);
    return image.reference;
  };

  beforeAll(async () => {
    lab = await startClusterPolicyLab();
  }, 600_000);
  afterAll(() => lab.rig.stop(), 60_000);

  it('ask each attestation of the type, also an older one, which stricter tells', async () => {
    const image = await signed('custom/corrected');
    const decide = async (decision: string, integratedTime: Date) => {
      const predicate = { decision, reviewer: 'ann@acme.com', round: 3 };
      const statement = { digest: image.digest, predicateType: 'https://acme.example/red-team/v1', predicate };
      await lab.workshop.attach(image, await lab.rig.sigstore.sigstore.attest({ ...statement, ...RELEASE, integratedTime }));
    };
    await decide('rejected', new Date());
    await decide('approved', new Date(Date.now() + 60_000));
    expect(await new Preview(lab.trustPolicy).verify(image.reference)).toMatchObject({ outcome: 'verified' });
    expect(await ask(image.reference)).toMatchObject(denied('[attestation-field-mismatch]'));
  }, 60_000);

  it('take no attestation of more than 2 MB, which stricter tells', async () => {
    const components = Array.from({ length: 3 }, (_, index) => ({ type: 'library', name: `lib${index}`, version: '1' }));
    const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { timestamp: new Date().toISOString() }, components };
    const small = await attested('sbom/small', 'https://cyclonedx.org/bom', bom);
    const large = await attested('sbom/large', 'https://cyclonedx.org/bom', { ...bom, filler: 'x'.repeat(2_200_000) });
    expect(await new Preview(lab.trustPolicy).verify(large)).toMatchObject({ outcome: 'verified' });
    expect(await ask(small)).toMatchObject(admitted);
    expect(await ask(large)).toMatchObject(denied('context size limit exceeded'));
  }, 60_000);

  it('count the components of SPDX documents', async () => {
    const attestations = [{ name: 'bom', sbom: { formats: ['spdx'], minComponents: 2 } }];
    await lab.enforceChanged('spdx', ({ policies: [keyless] }) => ({ policies: [{ ...keyless, attestations }] }));
    const packages = (count: number) => Array.from({ length: count }, (_, index) => ({ SPDXID: `SPDXRef-${index}`, name: `lib${index}` }));
    const relationships = [{ spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-0' }];
    const spdx = (name: string, fields: object) =>
      attested(`keyless/spdx-${name}`, 'https://spdx.dev/Document', { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', ...fields });
    const tooFew = await spdx('too-few', { packages: packages(2), relationships });
    await untilRefused(lab.rig.cluster, pod('asked', tooFew), '[sbom-too-small]');
    expect(await ask(await spdx('enough', { packages: packages(3), relationships }))).toMatchObject(admitted);
    expect(await ask(await spdx('files', { packages: packages(1), files: packages(1) }))).toMatchObject(admitted);
    const described = await spdx('described', { packages: packages(2), documentDescribes: ['SPDXRef-0'] });
    expect(await ask(described)).toMatchObject(denied('[sbom-too-small]'));
    expect(await ask(await spdx('no-lists', { packages: 'many' }))).toMatchObject(denied('[sbom-too-small]'));
    await lab.restore();
  }, 60_000);

  it('take the word of a timestamp authority where the trust root asks for no log', async () => {
    const thresholds = { transparencyLog: 0, certificateTransparency: 0, timestamps: 1 };
    await lab.enforceChanged('timestamps', ({ policies: [keyless], trustRoots: [root] }) => ({
      policies: [keyless],
      trustRoots: [{ ...root, thresholds }],
    }));
    const [stamped, bare] = [await lab.workshop.image('keyless/stamped'), await lab.workshop.image('keyless/bare')];
    await lab.workshop.sign(stamped, RELEASE, { logged: false, timestamped: true });
    await lab.workshop.sign(bare, RELEASE, { logged: false });
    await lab.untilAdmitted(pod('stamped', stamped.reference));
    expect(await ask(bare.reference)).toMatchObject(denied('models-keyless'));
    await lab.restore();
    expect(await ask(stamped.reference)).toMatchObject(denied('models-keyless'));
  }, 60_000);

  it('of mode warn admit, with a warning where something is wrong', async () => {
    const [good, bad] = [await signed('warn/signed'), await lab.workshop.image('warn/unsigned')];
    const { ok, warnings } = await ask(bad.reference);
    expect({ ok, warnings }).toEqual({ ok: true, warnings: [expect.stringContaining('models-warn.unsigned')] });
    expect(await ask(good.reference)).toMatchObject({ ...admitted, warnings: [] });
    // One image of each mode: two webhooks would overwrite each other's record of what was verified.
    const both = (image: string) => lab.rig.cluster.dryRun(WORKLOADS['Pod, second container']!(image, lab.signed.reference).manifest);
    expect(await both(good.reference)).toMatchObject(admitted);
    expect(await both(bad.reference)).toMatchObject(admitted);
    expect(await both(lab.unsigned.reference)).toMatchObject(denied('models-keyless'));
  }, 60_000);

  it('of mode warn admit what they cannot reach, but for the older layout, which stricter tells', async () => {
    const down = pod('unreachable', `${NOBODY}/acme/model@${lab.signed.digest}`);
    const enforceDown = (format: object, signer: string) =>
      lab.enforceChanged(
        `down-${signer}`,
        ({ policies }) => {
          const authorities = policies.find(({ name }) => name === signer)?.authorities;
          const warns = { name: 'down', images: [`${NOBODY}/**`], authorities, mode: 'warn' };
          return { policies: [...policies.filter(({ name }) => name === 'key'), warns] };
        },
        { ...lab.args, ...format },
      );
    await enforceDown({}, 'keyless');
    const { warnings } = await lab.untilAdmitted(down);
    expect(warnings).toEqual([expect.stringContaining('connection refused')]);
    await enforceDown({ ...LEGACY, kyvernoTufMirror: undefined }, 'key');
    await untilRefused(lab.rig.cluster, down, 'models-down');
    await lab.restore();
  }, 60_000);

  it('replace tags by digests when asked to, also in image volumes, and verify what the tag names now', async () => {
    await enforce(lab.rig.cluster, lab.trustPolicy, { ...lab.args, pinTags: true });
    const byTag = `${lab.rig.registry.address}/keyless/moving:v1`;
    const first = await lab.workshop.image('keyless/moving', 'v1');
    await lab.workshop.sign(first, RELEASE);
    await lab.untilAdmitted(pod('moving', byTag));
    const pinned = `${byTag}@${first.digest}`;
    expect(await ask(byTag)).toMatchObject({ body: { spec: { containers: [{ image: pinned }] } } });
    const volume = WORKLOADS['Pod, image volume']!(byTag, lab.signed.reference).manifest;
    const body = { spec: { volumes: [{ image: { reference: pinned } }] } };
    expect(await lab.rig.cluster.dryRun(volume)).toMatchObject({ ok: true, body });
    await lab.workshop.image('keyless/moving', 'v1');
    expect(await ask(byTag)).toMatchObject(denied('models-keyless'));
    expect(await lab.rig.cluster.dryRun(volume)).toMatchObject(denied('models-keyless'));
    await lab.restore();
    await untilRefused(lab.rig.cluster, pod('tagged', `${lab.rig.registry.address}/keyless/signed:v1`), 'missing digest');
  }, 120_000);

  it('take signatures of the older layout instead, by keys', async () => {
    const keys = ['key', 'rsa', 'ed25519'] as const;
    await lab.enforceChanged(
      'keys',
      ({ policies }) => ({ policies: policies.filter(({ name }) => (keys as readonly string[]).includes(name)) }),
      LEGACY,
    );
    const bundled = await lab.workshop.image('key/bundled');
    await lab.workshop.sign(bundled, { key: lab.workshop.key });
    await untilRefused(lab.rig.cluster, pod('bundled', bundled.reference), 'no signatures found');
    for (const kind of keys) {
      const [own, other] = [await lab.workshop.image(`${kind}/own`), await lab.workshop.image(`${kind}/other`)];
      await lab.workshop.signLegacy(own, { key: lab.workshop[kind] });
      await lab.workshop.signLegacy(other, { key: lab.workshop.otherKey });
      expect(await ask(own.reference)).toMatchObject(admitted);
      expect(await ask(other.reference)).toMatchObject(denied(`models-${kind}`));
    }
    await lab.restore();
  }, 120_000);

  it('ask for summaries of the gate in place of what they cannot hold', async () => {
    const gate = {
      issuer: RELEASE_WORKFLOW.issuer,
      subject: 'https://github.com/acme/platform/.github/workflows/promote.yml@refs/heads/main',
    };
    const verificationSummary = { verifierId: 'https://acme.example/model-gate', ...gate };
    const attestations = [{ name: 'scan', vulnerabilityScan: { maxSeverity: 'medium' } }];
    const change = ({ policies: [keyless] }: { readonly policies: readonly object[] }) => ({ policies: [{ ...keyless, attestations }] });
    await lab.enforceChanged('gate', change, { ...lab.args, verificationSummary });
    const image = await signed('keyless/promoted');
    await untilRefused(lab.rig.cluster, pod('promoted', image.reference), 'verification-summary');
    const summary = (about: string, fields: object = {}) => ({
      verifier: { id: verificationSummary.verifierId },
      timeVerified: new Date().toISOString(),
      resourceUri: `oci://${about}`,
      policy: { uri: 'https://acme.example/trust-policy.yaml' },
      verificationResult: 'PASSED',
      verifiedLevels: [],
      ...fields,
    });
    const answer = async (name: string, predicate: (about: string) => object, signer = gate) => {
      const repository = `keyless/${name}`;
      const about = `${lab.rig.registry.address}/${repository}`;
      return ask(await attested(repository, 'https://slsa.dev/verification_summary/v1', predicate(about), signer));
    };
    expect(await answer('passed', (about) => summary(about))).toMatchObject(admitted);
    expect(await answer('passed-by-digest', (about) => summary(`${about}@sha256:${'ab'.repeat(32)}`))).toMatchObject(admitted);
    const mismatch = denied('[verification-summary-mismatch]');
    expect(await answer('failed', (about) => summary(about, { verificationResult: 'FAILED' }))).toMatchObject(mismatch);
    expect(await answer('elsewhere', () => summary('ghcr.io/acme/other'))).toMatchObject(mismatch);
    expect(await answer('old', (about) => summary(about, { timeVerified: '2020-01-01T00:00:00Z' }))).toMatchObject(mismatch);
    expect(await answer('of-a-stranger', (about) => summary(about), FOREIGN_WORKFLOW)).toMatchObject(denied('verification-summary'));
    await lab.restore();
  }, 120_000);
});
