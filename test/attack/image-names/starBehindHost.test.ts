import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a star at the end of a registry let in evil.com', {
  attacker: 'registers a domain that a star lets in',
  control: () => answerToGlob('ghcr.io/x', 'ghcr.io/x'),
  attack: () => answerToGlob('ghcr.io*/x', 'ghcr.io.evil.com/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
