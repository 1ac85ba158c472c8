import { attempt } from '../../support/attack/attempt';
import { daysAgo, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));

const fresh = { freshness: { maxSignatureAge: '10d' } };
/** The policy asks for a timestamp beside the log entry: the old signature, which was only logged, never counted. */
const TWO_TIMES = { thresholds: { transparencyLog: 1, timestamps: 2 } };

attempt('adds what an old signature lacks to count, of today', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    const signed = await evidence.signed(image, daysAgo(1));
    return evidence.judge(await evidence.attach(image, signed, await evidence.witnessed(signed)), fresh, {}, TWO_TIMES);
  },
  attack: async () => {
    const image = evidence.image();
    const old = await evidence.signed(image, daysAgo(30));
    return evidence.judge(await evidence.attach(image, old, await evidence.witnessed(old)), fresh, {}, TWO_TIMES);
  },
  expected: { outcome: 'rejected', code: 'signature-too-old' },
});
