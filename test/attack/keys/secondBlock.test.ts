import { attempt } from '../../support/attack/attempt';
import { GOOD_KEY, answerToKey, ed25519 } from '../../support/attack/keys';

attempt('hides a second key behind the first one', {
  attacker: 'adds a key to a trust policy in a pull request',
  control: () => answerToKey(GOOD_KEY),
  attack: () => answerToKey(`${GOOD_KEY}${ed25519('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')}`),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
