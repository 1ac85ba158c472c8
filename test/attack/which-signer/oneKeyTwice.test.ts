import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { attempt } from '../../support/attack/attempt';
import { withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import { compressedPem, hybridPem, readKeys } from '../../support/attack/keyEncodings';

let images: SignedImages;
withSignedImages((made) => (images = made));

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs1 = createPublicKey(rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }));

const PAIRS: readonly (readonly [what: string, first: string, second: string])[] = [
  ['a compressed point', pem(key.publicKey), compressedPem(key.publicKey)],
  ['a hybrid point', pem(key.publicKey), hybridPem(key.publicKey)],
  ['two encodings, neither the usual one', compressedPem(key.publicKey), hybridPem(key.publicKey)],
  ['other lines', pem(key.publicKey), pem(key.publicKey).replace(/\n(?=-----END)/, '\n\n')],
  ['a number that was PKCS #1', pem(rsa.publicKey), pem(pkcs1)],
];

for (const [what, first, second] of PAIRS) {
  attempt(`gives one key as two: ${what}`, {
    attacker: 'is one of two signers that the policy asks for, and hands in a key',
    control: () => readKeys([first, pem(other.publicKey)], 2),
    attack: () => readKeys([first, second], 2),
    expected: { outcome: 'refused', code: 'trust-policy-invalid' },
  });
}

const authority = (name: string, data: string) => ({ name, key: { data } });
attempt('signs with one key that two authorities hold in different encodings', {
  attacker: 'is one of three signers of whom the policy asks for two',
  control: async () => {
    const image = await images.signWithKeys(images.image(), key, other);
    const authorities = [authority('a', pem(key.publicKey)), authority('b', pem(other.publicKey))];
    return images.judgeUnder(image, { authorities, signatures: { threshold: 2 } });
  },
  attack: async () => {
    const image = await images.signWithKeys(images.image(), key, key);
    const authorities = [
      authority('a', pem(key.publicKey)),
      authority('again', compressedPem(key.publicKey)),
      authority('b', pem(other.publicKey)),
    ];
    return images.judgeUnder(image, { authorities, signatures: { threshold: 2 } });
  },
  expected: { outcome: 'rejected', code: 'signature-threshold-not-met' },
});
