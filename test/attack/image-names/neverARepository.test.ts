import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob name a path that no repository can have', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('ghcr.io/acme/a__b', 'ghcr.io/acme/a__b'),
  attack: () => answerToGlob('ghcr.io/acme/a___b', 'ghcr.io/acme/a___b'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
