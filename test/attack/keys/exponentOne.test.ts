import { generateKeyPairSync } from 'node:crypto';
import { attempt } from '../../support/attack/attempt';
import { answerToKey, rsa } from '../../support/attack/keys';

const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });

attempt('has an RSA key accepted whose exponent is 1, so that every text is its own signature', {
  attacker: 'adds a key to a trust policy in a pull request',
  control: () => answerToKey(rsa(n, 'AQAB')),
  attack: () => answerToKey(rsa(n, 'AQ')),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
