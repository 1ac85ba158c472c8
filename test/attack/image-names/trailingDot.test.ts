import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob end its registry with a dot', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('ghcr.io/acme/**', 'ghcr.io/acme/x'),
  attack: () => answerToGlob('ghcr.io./acme/**', 'ghcr.io./acme/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
