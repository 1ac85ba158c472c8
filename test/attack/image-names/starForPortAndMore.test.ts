import { attempt } from '../../support/attack/attempt';
import { answerToGlob } from '../../support/attack/policyFiles';

attempt('has a star behind a colon be more than a port', {
  attacker: 'registers a domain that a star lets in',
  control: () => answerToGlob('127.0.0.1:*/x', '127.0.0.1:5000/x'),
  attack: () => answerToGlob('registry.corp:*.evil.com/x', 'registry.corp:1.evil.com/x'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
