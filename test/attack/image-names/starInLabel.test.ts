import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a star within a name of a shared domain let in a registry of theirs', {
  attacker: 'registers a domain that a star lets in',
  control: () => answerToGlob('*-docker.pkg.dev/acme/x', 'europe-docker.pkg.dev/acme/x'),
  attack: () => answerToGlob('registry-*.azurecr.io/x', 'registry-evil.azurecr.io/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
