import { attempt } from '../../support/attack/attempt';
import { answerToPattern } from '../../support/attack/patterns';

attempt('keeps the parser busy with groups in groups in groups', {
  attacker: 'changes a trust policy in a pull request',
  control: () => answerToPattern('((ci))@acme\\.com'),
  attack: () => answerToPattern(`${'('.repeat(900)}a${')'.repeat(900)}@acme\\.com`),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
