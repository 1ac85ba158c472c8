import { attempt } from '../../support/attack/attempt';
import { SCANNED } from '../../support/attack/attestedImages';
import { listedByTag, pushJunkReferrer } from '../../support/attack/fallbackTag';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';
import { attachBundle } from '../../support/sigstore/attach';
import { attachLegacyAttestations, toLegacyLayer } from '../../support/sigstore/legacyAttestations';
import type { BundleJson } from '../../support/sigstore/bundles';
import type { PushedImage } from '../../support/supplyChain';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const scanned = (image: PushedImage, result: 'clean' | 'critical', days: number) =>
  evidence.attested(image, SCAN_TYPE, scan(result, daysAgo(days)), daysAgo(days));

/** One place alone holds the newest scan; elsewhere an older clean one is found at once. */
const PLACES: readonly (readonly [string, (image: PushedImage, bundle: BundleJson) => unknown])[] = [
  ['the referrers API', (image, bundle) => evidence.attach(image, bundle)],
  ['the fallback tag', (image, bundle) => listedByTag(evidence.supplyChain.registry, image, [bundle])],
  [
    'the legacy tag',
    ({ repository, digest }, bundle) =>
      attachLegacyAttestations(evidence.supplyChain.registry, {
        repository,
        subject: { digest },
        layers: [toLegacyLayer(bundle, SCAN_TYPE)],
      }),
  ],
  [
    'the second repository',
    ({ digest }, bundle) => attachBundle(evidence.supplyChain.registry, { repository: 'acme/evidence', subject: { digest }, bundle }),
  ],
  [
    'the fallback tag of the second repository',
    (image, bundle) => listedByTag(evidence.supplyChain.registry, image, [bundle], [], 'acme/evidence'),
  ],
];

describe.each(PLACES)('the newest scan is only in %s', (_place, put) => {
  const judged = async (result: 'clean' | 'critical') => {
    const image = evidence.image();
    await evidence.attach(image, await scanned(image, 'clean', 9));
    await put(image, await scanned(image, result, 1));
    for (const note of ['a', 'b', 'c']) pushJunkReferrer(evidence.supplyChain.registry, image, note);
    const signatureRepository = { registry: evidence.supplyChain.registry.address, path: 'acme/evidence' };
    return evidence.judge(image, SCANNED, { signatureRepository });
  };
  attempt('while other places are filled', {
    attacker: 'may push to the registry',
    control: () => judged('clean'),
    attack: () => judged('critical'),
    expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
  });
});
