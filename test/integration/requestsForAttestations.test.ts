import type { Verdict } from '../../verification';
import { attachLegacyAttestations, legacyAttestationLayer } from '../support/sigstore/legacyAttestations';
import { RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

const REVIEW = 'https://acme.example/review/v1';

/** Most policies ask for no attestations, and the tag of cosign for old ones costs a request for each image. */
describe('the legacy tag of attestations', () => {
  let chain: SupplyChain;
  beforeAll(async () => {
    chain = await startSupplyChain();
  });
  afterAll(() => chain.stop());

  async function attested(name: string): Promise<PushedImage> {
    const image = chain.push(name);
    const predicate = { predicateType: REVIEW, predicate: { reviewed: true } };
    const layer = await legacyAttestationLayer(chain.sigstore, { digest: image.digest, identity: RELEASE_WORKFLOW, ...predicate });
    await attachLegacyAttestations(chain.registry, { repository: image.repository, subject: { digest: image.digest }, layers: [layer] });
    return image;
  }

  /** The verdict, and how often the tag was asked for. */
  async function verify(image: PushedImage, fields = {}): Promise<readonly [Verdict, number]> {
    const asked = () => chain.registry.requests.filter(({ path }) => path.endsWith('.att')).length;
    const before = asked();
    const verifier = await verifierFor(trustPolicyOf(chain, { policies: [keylessPolicy(chain, fields)] }));
    return [await verifier.verify(image.reference), asked() - before];
  }

  it('is asked for by a policy with attestations', async () => {
    const image = await attested('acme/wanted');
    const fields = { signatures: { threshold: 0 }, attestations: [{ name: 'review', custom: { predicateType: REVIEW } }] };
    expect(await verify(image, fields)).toMatchObject([{ outcome: 'verified' }, 1]);
  });

  it('is not asked for where a signature is enough', async () => {
    const image = await attested('acme/signed');
    await chain.sign(image, RELEASE_WORKFLOW);
    expect(await verify(image)).toMatchObject([{ outcome: 'verified' }, 0]);
  });

  it('is asked for to say what a rejected image has instead of a signature', async () => {
    const [verdict, asked] = await verify(await attested('acme/unsigned'));
    expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['attestation-is-not-signature'] });
    expect(asked).toBe(1);
  });
});
