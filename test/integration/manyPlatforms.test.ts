import { attachBundle } from '../support/sigstore/attach';
import { RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const REPOSITORY = 'acme/many-platforms';
const TYPES = ['sbom', 'scan', 'build', 'review', 'card'].map((name) => `https://acme.example/${name}/v1`);

/** As BuildKit and a pipeline leave it: ten platforms with an unsigned attestation manifest and five signed attestations each, and 1 MB in all of them. */
describe('an index of ten platforms with five attestations each', () => {
  let chain: SupplyChain;
  let reference: string;
  beforeAll(async () => {
    chain = await startSupplyChain();
    const { registry, sigstore } = chain;
    const manifests: object[] = [];
    for (let number = 0; number < 10; number += 1) {
      const digest = registry.pushImage(REPOSITORY, undefined, { layers: [Buffer.from(`platform ${number}`)] });
      const beside = registry.pushImage(REPOSITORY, undefined, { layers: [Buffer.from(`statement ${number}`)] });
      manifests.push({ mediaType: MANIFEST, digest, size: 482, platform: { architecture: `machine${number}`, os: 'linux', features: [] } });
      const annotations = { 'vnd.docker.reference.digest': digest, 'vnd.docker.reference.type': 'attestation-manifest' };
      manifests.push({ mediaType: MANIFEST, digest: beside, size: 482, annotations, platform: { architecture: 'unknown', os: 'unknown' } });
      for (const predicateType of TYPES) {
        const predicate = { filler: Array.from({ length: 500 }, (_, line) => ({ name: `line ${line}` })) };
        const bundle = await sigstore.attest({ digest, identity: RELEASE_WORKFLOW, predicateType, predicate });
        await attachBundle(registry, { repository: REPOSITORY, subject: { digest }, bundle, predicateType });
      }
    }
    const digest = registry.putManifest(REPOSITORY, 'v1', { schemaVersion: 2, mediaType: INDEX, manifests });
    await chain.sign({ repository: REPOSITORY, digest, reference: '' }, RELEASE_WORKFLOW);
    reference = `${registry.address}/${REPOSITORY}@${digest}`;
  });
  afterAll(() => chain.stop());

  it('is verified under a policy that asks for all of them', async () => {
    const attestations = TYPES.map((predicateType, number) => ({ name: `required-${number}`, custom: { predicateType } }));
    const policy = trustPolicyOf(chain, { policies: [keylessPolicy(chain, { attestations })] });
    expect(summary(await (await verifierFor(policy)).verify(reference))).toEqual({ outcome: 'verified', codes: [] });
  });
});
