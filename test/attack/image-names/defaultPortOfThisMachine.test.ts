import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a glob name port 80 of this machine, which references lose', {
  attacker: 'runs images that a mistake in a glob leaves uncovered',
  control: () => answerToGlob('localhost:8080/acme/**', 'localhost:8080/acme/x'),
  attack: () => answerToGlob('localhost:80/acme/**', 'localhost:80/acme/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
