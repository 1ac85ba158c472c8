import { attempt } from '../../support/attack/attempt';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const scanned = { signatures: { threshold: 0 }, attestations: [{ name: 'scanned', vulnerabilityScan: {} }] };

attempt('logs an old clean scan again, after the scan that found something', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    const bad = await evidence.attested(image, SCAN_TYPE, scan('critical', daysAgo(9)), daysAgo(9));
    const mended = await evidence.attested(image, SCAN_TYPE, scan('clean', daysAgo(1)), daysAgo(1));
    return evidence.judge(await evidence.attach(image, bad, mended), scanned);
  },
  attack: async () => {
    const image = evidence.image();
    const clean = await evidence.attested(image, SCAN_TYPE, scan('clean', daysAgo(9)), daysAgo(9));
    const bad = await evidence.attested(image, SCAN_TYPE, scan('critical', daysAgo(1)), daysAgo(1));
    return evidence.judge(await evidence.attach(image, clean, bad, await evidence.relogged(clean)), scanned);
  },
  expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
});
