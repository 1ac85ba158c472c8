import { attempt } from '../../support/attack/attempt';
import { SCANNED } from '../../support/attack/attestedImages';
import { listedByTag, pushJunkReferrer } from '../../support/attack/fallbackTag';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';
import type { PushedImage } from '../../support/supplyChain';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const scanned = (image: PushedImage, result: 'clean' | 'critical', days: number) =>
  evidence.attested(image, SCAN_TYPE, scan(result, daysAgo(days)), daysAgo(days));

attempt('pushes more junk than is looked at, so that a bad scan comes last', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    await evidence.attach(image, await scanned(image, 'clean', 9));
    for (let junk = 0; junk < 20; junk += 1) pushJunkReferrer(evidence.supplyChain.registry, image, `${junk}`);
    return evidence.judge(image, SCANNED);
  },
  attack: async () => {
    const image = evidence.image();
    await evidence.attach(image, await scanned(image, 'clean', 9));
    for (let junk = 0; junk < 100; junk += 1) pushJunkReferrer(evidence.supplyChain.registry, image, `${junk}`);
    listedByTag(evidence.supplyChain.registry, image, [await scanned(image, 'critical', 1)]);
    return evidence.judge(image, SCANNED);
  },
  expected: { outcome: 'undetermined', code: 'limit-exceeded' },
});
