import { attempt } from '../../support/attack/attempt';
import { daysAgo, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const fresh = { freshness: { maxSignatureAge: '10d' } };

attempt('enters the bytes of an old signature into the log again', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    return evidence.judge(await evidence.attach(image, await evidence.signed(image, daysAgo(1))), fresh);
  },
  attack: async () => {
    const image = evidence.image();
    const old = await evidence.signed(image, daysAgo(30));
    return evidence.judge(await evidence.attach(image, old, await evidence.relogged(old)), fresh);
  },
  expected: { outcome: 'rejected', code: 'signature-too-old' },
});
