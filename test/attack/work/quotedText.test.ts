import { attempt } from '../../support/attack/attempt';
import { answerToPattern } from '../../support/attack/patterns';

attempt('keeps the parser busy with text between \\Q and \\E that hides what is behind it', {
  attacker: 'changes a trust policy in a pull request',
  control: () => answerToPattern('ci\\)@acme\\.com'),
  attack: () => answerToPattern(`\\Q)\\E${'\\pL{1000}'.repeat(100)}@acme\\.com`),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
