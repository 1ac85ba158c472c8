import { attempt } from '../../support/attack/attempt';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));

const OPENVEX = 'https://openvex.dev/ns/v0.2.0';
const vex = (status: string) => ({ '@context': OPENVEX, statements: [{ vulnerability: { name: 'CVE-2026-1' }, status }] });
const scanned = { signatures: { threshold: 0 }, attestations: [{ name: 'scanned', vulnerabilityScan: { vex: true } }] };

attempt('logs a VEX statement again that a later one took back', {
  attacker: 'may push to the registry and delete from it',
  control: async () => {
    const image = evidence.image();
    const bad = await evidence.attested(image, SCAN_TYPE, scan('critical', daysAgo(1)), daysAgo(1));
    const fixed = await evidence.attested(image, OPENVEX, vex('fixed'), daysAgo(9));
    return evidence.judge(await evidence.attach(image, bad, await evidence.relogged(fixed)), scanned);
  },
  attack: async () => {
    const image = evidence.image();
    const bad = await evidence.attested(image, SCAN_TYPE, scan('critical', daysAgo(1)), daysAgo(1));
    const fixed = await evidence.attested(image, OPENVEX, vex('fixed'), daysAgo(9));
    const affected = await evidence.attested(image, OPENVEX, vex('affected'), daysAgo(2));
    return evidence.judge(await evidence.attach(image, bad, affected, await evidence.relogged(fixed)), scanned);
  },
  expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
});
