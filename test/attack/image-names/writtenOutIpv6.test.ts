import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob write an IPv6 address in full', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('[::1]:5000/acme/**', '[::1]:5000/acme/x'),
  attack: () => answerToGlob('[0:0:0:0:0:0:0:1]:5000/acme/**', '[0:0:0:0:0:0:0:1]:5000/acme/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
