import { attempt } from '../../support/attack/attempt';
import { daysAgo, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const fresh = { freshness: { maxSignatureAge: '10d' } };

attempt('has an old signature timestamped again, and leaves its log entry out', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    const signed = await evidence.signed(image, daysAgo(1));
    return evidence.judge(await evidence.attach(image, await evidence.timestamped(signed)), fresh);
  },
  attack: async () => {
    const image = evidence.image();
    const old = await evidence.signed(image, daysAgo(30));
    return evidence.judge(await evidence.attach(image, await evidence.timestamped(old), old), fresh);
  },
  expected: { outcome: 'rejected', code: 'signature-too-old' },
});
