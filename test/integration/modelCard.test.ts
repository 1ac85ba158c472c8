import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { attachBundle } from '../support/sigstore/attach';
import type { SignerIdentity } from '../support/sigstore/signers';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

const FIXTURE = readFileSync(path.join(__dirname, '../fixtures/model-card.yaml'), 'utf8');
const CUSTOM = 'https://cosign.sigstore.dev/attestation/v1';
const COMMIT = 'abc123def456abc123def456abc123def456abcd';

/** Whole verification of model cards, as `cosign attest --type custom --predicate model-card.yaml` would attach them. */
describe('verifying the model card of an image', () => {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
  });
  afterAll(() => supplyChain.stop());

  const attest = async (image: PushedImage, predicateType: string, predicate: object, identity: SignerIdentity = RELEASE_WORKFLOW) => {
    const bundle = await supplyChain.sigstore.attest({ digest: image.digest, identity, predicateType, predicate });
    await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle, predicateType });
  };
  const signed = async (name: string): Promise<PushedImage> => {
    const image = supplyChain.push(`acme/${name}`);
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    return image;
  };
  const verify = async (image: PushedImage, modelCard: object, more: readonly object[] = []) => {
    const policies = [keylessPolicy(supplyChain, { attestations: [{ name: 'card', modelCard }, ...more] })];
    return (await verifierFor(trustPolicyOf(supplyChain, { policies }))).verify(image.reference);
  };
  const realCard = (): string => {
    const card = parse(FIXTURE);
    card.provenance.training_data.hash = `sha256:${'0123456789abcdef'.repeat(4)}`;
    card.performance.evaluation_hash = `sha256:${'fedcba9876543210'.repeat(4)}`;
    card.provenance.commit_sha = COMMIT;
    return stringify(card);
  };
  const REQUIREMENT = { licenses: ['Apache-2.0'], requireDataHash: true, metrics: { accuracy: { min: 0.9 } }, requireLimitations: true };

  it('is rejected with the card of the source document, for its placeholders alone', async () => {
    const image = await signed('placeholders');
    await attest(image, CUSTOM, { Data: FIXTURE, Timestamp: '2026-11-20T12:00:00Z' });
    expect(summary(await verify(image, REQUIREMENT))).toEqual({
      outcome: 'rejected',
      codes: ['model-card-placeholder', 'model-card-placeholder'],
    });
  });

  it('is verified with real hashes, and compared with the provenance', async () => {
    const image = await signed('complete');
    await attest(image, CUSTOM, { Data: realCard(), Timestamp: '2026-11-20T12:00:00Z' });
    expect(await verify(image, REQUIREMENT)).toMatchObject({ outcome: 'verified', attestations: [{ requirement: 'card' }] });

    const provenance = {
      predicateType: 'https://slsa.dev/provenance/v1',
      fields: [{ path: 'runDetails.builder.id', pattern: 'https://github\\.com/actions/runner/.*' }],
    };
    const strict = { ...REQUIREMENT, consistentWithProvenance: true };
    expect(summary(await verify(image, strict))).toEqual({ outcome: 'rejected', codes: ['model-card-uncompared'] });
    await attest(image, provenance.predicateType, {
      buildDefinition: { resolvedDependencies: [{ uri: 'git+https://github.com/acme/ml-models', digest: { gitCommit: COMMIT } }] },
      runDetails: {
        builder: { id: 'https://github.com/actions/runner/github-hosted' },
        metadata: { invocationId: 'https://github.com/acme/ml-models/actions/runs/12345/attempts/1' },
      },
    });
    expect(await verify(image, strict, [{ name: 'provenance', custom: provenance }])).toMatchObject({
      outcome: 'verified',
      attestations: [{ requirement: 'card' }, { requirement: 'provenance' }],
    });
  });

  it('is rejected if a stranger attested the card', async () => {
    const image = await signed('stranger');
    await attest(image, CUSTOM, { Data: realCard(), Timestamp: '' }, FOREIGN_WORKFLOW);
    expect(summary(await verify(image, REQUIREMENT))).toEqual({ outcome: 'rejected', codes: ['attestation-untrusted'] });
  });
});
