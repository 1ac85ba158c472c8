import { attempt } from '../../support/attack/attempt';
import { daysAgo, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));

const TYPE = 'https://acme.example/approval/v1';
const approved = {
  signatures: { threshold: 0 },
  attestations: [{ name: 'approved', custom: { predicateType: TYPE, fields: [{ path: 'decision', equals: 'approved' }] } }],
};

attempt('logs an approval again that was withdrawn later', {
  attacker: 'may push to the registry and delete from it',
  control: async () => {
    const image = evidence.image();
    const approval = await evidence.attested(image, TYPE, { decision: 'approved' }, daysAgo(9));
    return evidence.judge(await evidence.attach(image, approval, await evidence.relogged(approval)), approved);
  },
  attack: async () => {
    const image = evidence.image();
    const approval = await evidence.attested(image, TYPE, { decision: 'approved' }, daysAgo(9));
    const withdrawal = await evidence.attested(image, TYPE, { decision: 'withdrawn' }, daysAgo(1));
    return evidence.judge(await evidence.attach(image, withdrawal, await evidence.relogged(approval)), approved);
  },
  expected: { outcome: 'rejected', code: 'attestation-field-mismatch' },
});
