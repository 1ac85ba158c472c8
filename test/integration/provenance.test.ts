import { renderVerificationSummary } from '../../verification/attestations/provenance/verificationSummaryStatement';
import { attachBundle } from '../support/sigstore/attach';
import { issueCertificate } from '../support/sigstore/certificates';
import { der } from '../support/sigstore/der';
import { generateSigningKey } from '../support/sigstore/services';
import { RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

const PROVENANCE = 'https://slsa.dev/provenance/v1';
const VSA = 'https://slsa.dev/verification_summary/v1';
const REPOSITORY = 'https://github.com/acme/ml-models';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const BUILDER = 'https://github.com/acme/builders/.github/workflows/build.yml@refs/tags/v3';
const ISSUER = RELEASE_WORKFLOW.issuer;
const GATE = { issuer: 'https://accounts.google.com', subject: 'gate@acme.iam.gserviceaccount.com' };
const GATE_ID = 'https://acme.test/model-gate';

/** What Fulcio certifies about a run of the builder, by the last number of the extension. */
const CLAIMS: Readonly<Record<number, string>> = {
  9: BUILDER,
  11: 'github-hosted',
  12: REPOSITORY,
  13: COMMIT,
  14: 'refs/heads/main',
  18: RELEASE_WORKFLOW.subject,
  20: 'push',
};

const predicate = (builderId = BUILDER) => ({
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: { workflow: { ref: 'refs/heads/main', repository: REPOSITORY, path: '.github/workflows/release.yml' } },
    resolvedDependencies: [{ uri: `git+${REPOSITORY}@refs/heads/main`, digest: { gitCommit: COMMIT } }],
  },
  runDetails: { builder: { id: builderId } },
});

/** Provenance through the registry, with real certificates: the wiring that the unit tests of the checks take for granted. */
describe('requiring provenance', () => {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
  });
  afterAll(() => supplyChain.stop());

  /** Attests as the builder, with a certificate that carries the claims. */
  async function attestAsBuilder(image: PushedImage, content: object, claims = CLAIMS): Promise<void> {
    const key = generateSigningKey();
    const certificate = await issueCertificate(supplyChain.sigstore.services, {
      publicKey: key.publicKey,
      names: [{ kind: 'uri', value: BUILDER }],
      issuer: ISSUER,
      extensions: Object.entries(claims).map(([last, value]) => [`1.3.6.1.4.1.57264.1.${last}`, der.utf8(value), false] as const),
    });
    const signed = await supplyChain.sigstore.attest({
      digest: image.digest,
      key,
      certificate,
      predicateType: PROVENANCE,
      predicate: content,
    });
    await attach(image, signed, PROVENANCE);
  }

  const attach = (image: PushedImage, bundle: Parameters<typeof attachBundle>[1]['bundle'], predicateType: string) =>
    attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle, predicateType });

  const verify = async (image: PushedImage, ...attestations: readonly object[]) => {
    const trustRoot = 'local';
    const authorities = [
      { name: 'builder', keyless: { trustRoot, identities: [{ issuer: ISSUER, subject: BUILDER, sourceRepository: REPOSITORY }] } },
      { name: 'gate', keyless: { trustRoot, identities: [GATE] } },
    ];
    const policy = keylessPolicy(supplyChain, { authorities, signatures: { threshold: 0 }, attestations });
    return (await verifierFor(trustPolicyOf(supplyChain, { policies: [policy] }))).verify(image.reference);
  };

  const isolatedBuild = {
    name: 'provenance',
    authorities: ['builder'],
    slsaProvenance: {
      level: 2,
      requires: ['isolatedBuilder', 'nonFalsifiable'],
      builders: [{ id: BUILDER, level: 3 }],
      sourceRepository: REPOSITORY,
      sourceRef: 'refs/heads/main',
      runnerEnvironment: 'github-hosted',
      triggers: ['push'],
      maxAge: '1d',
    },
  };

  it('verifies a build in a trusted builder, on the word of its certificate', async () => {
    const image = supplyChain.push('acme/built');
    await attestAsBuilder(image, predicate());
    expect(await verify(image, isolatedBuild)).toMatchObject({
      outcome: 'verified',
      attestations: [{ requirement: 'provenance', predicateType: PROVENANCE, signer: { kind: 'certificate', subject: BUILDER } }],
    });
  });

  it('rejects a self-hosted runner, which only the certificate tells', async () => {
    const image = supplyChain.push('acme/self-hosted');
    await attestAsBuilder(image, predicate(), { ...CLAIMS, 11: 'self-hosted' });
    expect(summary(await verify(image, isolatedBuild))).toEqual({
      outcome: 'rejected',
      codes: ['provenance-requirement-unmet', 'provenance-requirement-unmet', 'provenance-mismatch'],
    });
  });

  it('rejects a predicate that claims another builder than its certificate', async () => {
    const image = supplyChain.push('acme/claimed');
    await attestAsBuilder(image, predicate('https://github.com/acme/builders/.github/workflows/hardened.yml@refs/tags/v3'));
    expect(summary(await verify(image, isolatedBuild))).toEqual({ outcome: 'rejected', codes: ['provenance-contradiction'] });
  });

  it('takes the word of our own gate in a verification summary, until it says FAILED', async () => {
    const image = supplyChain.push('acme/gated');
    const requirement = {
      name: 'gate',
      authorities: ['gate'],
      verificationSummary: { verifiers: [GATE_ID], verifiedLevels: ['SLSA_BUILD_LEVEL_2'], maxAge: '1h' },
    };
    await attestAsBuilder(image, predicate());
    const verified = await verify(image, isolatedBuild);
    expect(summary(await verify(image, requirement)).codes).toEqual(['attestation-missing']);

    const publish = async (verdict: typeof verified, timeVerified: Date) => {
      const options = {
        verifierId: GATE_ID,
        policyUri: 'https://acme.test/trust-policy.yaml',
        policyDigest: `sha256:${'e'.repeat(64)}`,
        timeVerified,
      };
      const statement = renderVerificationSummary(verdict, { ...options, verifiedLevels: ['SLSA_BUILD_LEVEL_3'] });
      const payload = Buffer.from(JSON.stringify(statement));
      await attach(image, await supplyChain.sigstore.signPayload(payload, { identity: GATE }), VSA);
    };
    const now = Date.now();
    await publish(verified, new Date(now - 2_000));
    expect(await verify(image, requirement)).toMatchObject({
      outcome: 'verified',
      attestations: [{ requirement: 'gate', predicateType: VSA }],
    });

    const refused = await verify(image, { ...isolatedBuild, slsaProvenance: { triggers: ['release'] } });
    expect(refused.outcome).toBe('rejected');
    await publish(refused, new Date(now - 1_000));
    expect(summary(await verify(image, requirement))).toEqual({ outcome: 'rejected', codes: ['verification-summary-failed'] });
  });
});
