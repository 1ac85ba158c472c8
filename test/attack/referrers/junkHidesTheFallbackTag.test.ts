import { attempt } from '../../support/attack/attempt';
import { SCANNED } from '../../support/attack/attestedImages';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';
import type { PushedImage } from '../../support/supplyChain';
import { listedByTag, pushJunkReferrer } from '../../support/attack/fallbackTag';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const scanned = (image: PushedImage, result: 'clean' | 'critical', days: number) =>
  evidence.attested(image, SCAN_TYPE, scan(result, daysAgo(days)), daysAgo(days));

attempt('pushes one junk referrer, so that the fallback tag with a bad scan is read no longer', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    listedByTag(evidence.supplyChain.registry, image, [await scanned(image, 'clean', 1)]);
    pushJunkReferrer(evidence.supplyChain.registry, image);
    return evidence.judge(image, SCANNED);
  },
  attack: async () => {
    const image = evidence.image();
    listedByTag(evidence.supplyChain.registry, image, [await scanned(image, 'critical', 1)]);
    await evidence.attach(image, await scanned(image, 'clean', 9));
    pushJunkReferrer(evidence.supplyChain.registry, image);
    return evidence.judge(image, SCANNED);
  },
  expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
});
