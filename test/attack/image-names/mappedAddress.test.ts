import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob write an IPv4 address as IPv6', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('10.0.0.5:5000/acme/**', '10.0.0.5:5000/acme/x'),
  attack: () => answerToGlob('[::ffff:a00:5]:5000/acme/**', '[::ffff:a00:5]:5000/acme/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
