import { attempt } from '../../support/attack/attempt';
import { daysAgo, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const fresh = { freshness: { maxSignatureAge: '10d' } };

// ECDSA signatures are malleable: the twin is other bytes, so a comparison of bytes would call it a new signature.
attempt('logs the twin (r, n - s) of an old ECDSA signature', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = evidence.image();
    return evidence.judge(await evidence.attach(image, await evidence.twin(await evidence.signed(image, daysAgo(1)))), fresh);
  },
  attack: async () => {
    const image = evidence.image();
    const old = await evidence.signed(image, daysAgo(30));
    return evidence.judge(await evidence.attach(image, old, await evidence.twin(old)), fresh);
  },
  expected: { outcome: 'rejected', code: 'signature-too-old' },
});
