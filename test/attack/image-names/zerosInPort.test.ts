import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob write its port with leading zeros', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('registry.corp:5000/acme/**', 'registry.corp:5000/acme/x'),
  attack: () => answerToGlob('registry.corp:05000/acme/**', 'registry.corp:05000/acme/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
