import { attempt } from '../../support/attack/attempt';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const scanned = { signatures: { threshold: 0 }, attestations: [{ name: 'scanned', vulnerabilityScan: { maxAge: '5d' } }] };

attempt('moves an old scan from the tag .att to a bundle, with a log entry of today', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    return evidence.judge(await evidence.attach(image, await evidence.attested(image, SCAN_TYPE, scan('clean'), daysAgo(1))), scanned);
  },
  attack: async () => {
    const image = evidence.image();
    const old = await evidence.attested(image, SCAN_TYPE, scan('clean'), daysAgo(9));
    await evidence.attachLegacy(image, old, SCAN_TYPE);
    return evidence.judge(await evidence.attach(image, await evidence.relogged(old)), scanned);
  },
  expected: { outcome: 'rejected', code: 'vulnerability-scan-too-old' },
});
