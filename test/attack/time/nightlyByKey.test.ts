import { attempt } from '../../support/attack/attempt';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));

const TYPE = 'https://in-toto.io/attestation/test-result/v0.1';
const passed = (run: number) => ({ result: 'PASSED', configuration: [{ name: `${run}.yml`, digest: { sha256: 'ab'.repeat(32) } }] });
const rules = (attestation: object) => ({ signatures: { threshold: 0 }, attestations: [{ name: 'checked', ...attestation }] });
const SCANNED = rules({ vulnerabilityScan: { maxAge: '5d' } });
const EVALUATED = rules({ evaluation: { maxAge: '5d' } });
const NIGHTS = [9, 6, 3, 1];

/** What a nightly job of a key leaves behind: of any of them nobody knows whether it is the newest, so each of them counts. */
async function nightly(type: string, predicate: (run: number) => object, nights = NIGHTS) {
  const image = evidence.image();
  const bundles = [];
  for (const days of nights) bundles.push(await evidence.attested(image, type, predicate(days), daysAgo(days)));
  return { image, bundles };
}

attempt('logs a nightly scan again, after the job stopped', {
  attacker: 'may push to the registry',
  control: async () => {
    const { image, bundles } = await nightly(SCAN_TYPE, () => scan('clean'));
    return evidence.judge(await evidence.attach(image, ...bundles), SCANNED);
  },
  attack: async () => {
    const { image, bundles } = await nightly(SCAN_TYPE, () => scan('clean'), [9, 8, 7]);
    return evidence.judge(await evidence.attach(image, ...bundles, await evidence.relogged(bundles[0]!)), SCANNED);
  },
  expected: { outcome: 'rejected', code: 'vulnerability-scan-too-old' },
});

attempt('hides a bad scan among the clean ones of other nights', {
  attacker: 'may push to the registry',
  control: async () => {
    const { image, bundles } = await nightly(SCAN_TYPE, () => scan('clean'));
    return evidence.judge(await evidence.attach(image, ...bundles), SCANNED);
  },
  attack: async () => {
    const { image, bundles } = await nightly(SCAN_TYPE, (run) => scan(run === 9 ? 'critical' : 'clean'));
    return evidence.judge(await evidence.attach(image, ...bundles), SCANNED);
  },
  expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
});

attempt('logs a nightly evaluation again, after the job stopped', {
  attacker: 'may push to the registry',
  control: async () => {
    const { image, bundles } = await nightly(TYPE, passed);
    return evidence.judge(await evidence.attach(image, ...bundles), EVALUATED);
  },
  attack: async () => {
    const { image, bundles } = await nightly(TYPE, passed, [9, 8, 7]);
    return evidence.judge(await evidence.attach(image, ...bundles, await evidence.relogged(bundles[0]!)), EVALUATED);
  },
  expected: { outcome: 'rejected', code: 'evaluation-outdated' },
});
