import { attempt } from '../../support/attack/attempt';
import { answerToKms } from '../../support/attack/keys';

attempt('answers as the host "alias" for a KMS reference with two slashes', {
  attacker: 'answers for short host names in a network',
  control: () => answerToKms('awskms:///alias/models'),
  attack: () => answerToKms('awskms://alias/models'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
