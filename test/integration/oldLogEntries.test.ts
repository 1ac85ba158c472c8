import { attachLegacyAttestations, legacyAttestationLayer } from '../support/sigstore/legacyAttestations';
import type { LegacyAttestationLayer } from '../support/sigstore/legacyAttestations';
import { BUNDLE_ANNOTATION } from '../support/sigstore/wireFormats';
import { judgeEachTest } from '../support/judge';
import type { Judge } from '../support/judge';
import { RELEASE_WORKFLOW } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { summary } from '../support/verify';

/** Attestations of cosign before 2.2.3, whose log entries are of the kind intoto 0.0.1; what such an entry must be is in the unit tests. */
let supplyChain: SupplyChain;
let judge: Judge;
let image: PushedImage;
judgeEachTest((given) => ({ supplyChain, judge, image } = given));

const TYPE = 'https://acme.example/review/v1';
const attest = () =>
  legacyAttestationLayer(supplyChain.sigstore, {
    digest: image.digest,
    identity: RELEASE_WORKFLOW,
    predicateType: TYPE,
    predicate: { reviewed: true },
    entryKind: 'intoto 0.0.1',
  });
async function verdictWith(layer: LegacyAttestationLayer) {
  const place = { repository: image.repository, subject: { digest: image.digest } };
  await attachLegacyAttestations(supplyChain.registry, { ...place, layers: [layer] });
  return judge.verdict(image, judge.requiring(TYPE));
}

it('is verified with the time of the log', async () => {
  expect(await verdictWith(await attest())).toMatchObject({
    outcome: 'verified',
    attestations: [{ predicateType: TYPE, signedAt: expect.stringMatching(/^\d{4}-/) as string }],
  });
});

it('is rejected with the entry of another attestation of the same image', async () => {
  const [mine, other] = [await attest(), await attest()];
  const annotations = { ...mine.annotations, [BUNDLE_ANNOTATION]: other.annotations[BUNDLE_ANNOTATION] ?? '' };
  expect(summary(await verdictWith({ ...mine, annotations }))).toEqual({ outcome: 'rejected', codes: ['attestation-untrusted'] });
});
