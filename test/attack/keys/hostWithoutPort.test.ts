import { attempt } from '../../support/attack/attempt';
import { answerToKms } from '../../support/attack/keys';

attempt('answers as the host that a KMS reference names by mistake, since it has no port', {
  attacker: 'answers for short host names in a network',
  control: () => answerToKms('awskms://localhost:4566/alias/models'),
  attack: () => answerToKms('awskms://models/1234abcd-12ab-34cd-56ef-1234567890ab'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
