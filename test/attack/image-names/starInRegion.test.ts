import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a star between names let in a domain of theirs', {
  attacker: 'registers a domain that a star lets in',
  control: () => answerToGlob('123456789012.dkr.ecr.*.amazonaws.com/x', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/x'),
  attack: () => answerToGlob('123456789012.dkr.ecr.*.com/x', '123456789012.dkr.ecr.evil.com/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
