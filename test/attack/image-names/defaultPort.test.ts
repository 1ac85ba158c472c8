import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob name the default port, which references lose', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('registry.corp/acme/**', 'registry.corp/acme/x'),
  attack: () => answerToGlob('registry.corp:443/acme/**', 'registry.corp:443/acme/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
