import { attempt } from '../../support/attack/attempt';
import { answerToPattern } from '../../support/attack/patterns';

attempt('keeps the parser busy with counts that multiply', {
  attacker: 'changes a trust policy in a pull request',
  control: () => answerToPattern('[a-z]{1,100}@acme\\.com'),
  attack: () => answerToPattern(`${'.{1000}'.repeat(250)}@acme\\.com`),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
