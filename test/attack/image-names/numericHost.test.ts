import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob write an address as one number', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('127.0.0.1:5000/acme/**', '127.0.0.1:5000/acme/x'),
  attack: () => answerToGlob('2130706433:5000/acme/**', '2130706433:5000/acme/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
