import { attempt } from '../../support/attack/attempt';
import { answerToPattern } from '../../support/attack/patterns';

attempt('keeps the parser busy with a look-ahead, which no linear matcher has', {
  attacker: 'changes a trust policy in a pull request',
  control: () => answerToPattern('ci-.*@acme\\.com'),
  attack: () => answerToPattern('(?=(?:a+)+$)ci@acme\\.com'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
