import { attempt } from '../../support/attack/attempt';
import { answerToKey, ed25519 } from '../../support/attack/keys';

attempt('has the neutral point of Ed25519 accepted in an encoding that is not canonical', {
  attacker: 'adds a key to a trust policy in a pull request',
  control: () => answerToKey(ed25519('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')),
  attack: () => answerToKey(ed25519(`ee${'ff'.repeat(31)}`)),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
