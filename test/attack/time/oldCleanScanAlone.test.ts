import { attempt } from '../../support/attack/attempt';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const scanned = { signatures: { threshold: 0 }, attestations: [{ name: 'scanned', vulnerabilityScan: {} }] };

// Nothing shows any more how old the scan is, so its fresh time must not outdo the bad one.
attempt('logs an old clean scan again, and removes the bundle that shows its age', {
  attacker: 'may push to the registry and delete from it',
  control: async () => {
    const image = evidence.image();
    const clean = await evidence.attested(image, SCAN_TYPE, scan('clean'), daysAgo(9));
    return evidence.judge(await evidence.attach(image, await evidence.relogged(clean)), scanned);
  },
  attack: async () => {
    const image = evidence.image();
    const clean = await evidence.attested(image, SCAN_TYPE, scan('clean'), daysAgo(9));
    const bad = await evidence.attested(image, SCAN_TYPE, scan('critical'), daysAgo(1));
    return evidence.judge(await evidence.attach(image, bad, await evidence.relogged(clean)), scanned);
  },
  expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
});
