import { attempt } from '../../support/attack/attempt';
import { daysAgo, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));

const TYPE = 'https://in-toto.io/attestation/test-result/v0.1';
const result = (value: string) => ({ result: value, configuration: [{ name: 'eval.yml', digest: { sha256: 'ab'.repeat(32) } }] });
const evaluated = { signatures: { threshold: 0 }, attestations: [{ name: 'evaluated', evaluation: {} }] };

attempt('logs a passed evaluation again that failed later', {
  attacker: 'may push to the registry and delete from it',
  control: async () => {
    const image = evidence.image();
    return evidence.judge(await evidence.attach(image, await evidence.attested(image, TYPE, result('PASSED'), daysAgo(9))), evaluated);
  },
  attack: async () => {
    const image = evidence.image();
    const passed = await evidence.attested(image, TYPE, result('PASSED'), daysAgo(9));
    const failed = await evidence.attested(image, TYPE, result('FAILED'), daysAgo(1));
    return evidence.judge(await evidence.attach(image, failed, await evidence.relogged(passed)), evaluated);
  },
  expected: { outcome: 'rejected', code: 'evaluation-not-passed' },
});
