import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { publicKeyProblem } from '../../../verification/trust-policy';
import { kmsProblem, parseAwsKms } from '../../../verification/trust-policy/kmsReference';
import { asPem, ed25519, rsa } from '../../support/attack/keys';

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const ec = (namedCurve: string) => pem(generateKeyPairSync('ec', { namedCurve }).publicKey);
const der = createPublicKey(ec('P-256')).export({ type: 'spki', format: 'der' });
const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const EXPECTED = 'expected a key of type ECDSA P-256, P-384 or P-521, Ed25519, or RSA of at least 2048 bits';

describe('when a public key is read', () => {
  it.each([
    ['P-256', ec('P-256')],
    ['P-384', ec('P-384')],
    ['P-521', ec('P-521')],
    ['Ed25519', pem(generateKeyPairSync('ed25519').publicKey)],
    ['RSA of 2048 bits', rsa(n, 'AQAB')],
    ['RSA that is restricted to PSS', pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)],
    ['lines that end as on Windows', ec('P-256').replaceAll('\n', '\r\n')],
    ['blank lines around', `\n\n${ec('P-256')}\n\n`],
  ])('accepts %s', (_what, text) => {
    expect(publicKeyProblem(text)).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['RSA of 1024 bits', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), `${EXPECTED}, got rsa 1024`],
    ['the exponent 1', rsa(n, 'AQ'), 'with the exponent 1: make one with 65537'],
    ['the exponent 3', rsa(n, 'Aw'), 'with the exponent 3: make one with 65537'],
    [
      'an even modulus',
      rsa(
        Buffer.from(Buffer.from(n, 'base64url').map((byte, index, all) => (index === all.length - 1 ? byte & 0xfe : byte))).toString(
          'base64url',
        ),
        'AQAB',
      ),
      'whose modulus is not of two large primes',
    ],
    ['secp256k1', ec('secp256k1'), `${EXPECTED}, got ec secp256k1`],
    ['P-224', ec('P-224'), `${EXPECTED}, got ec secp224r1`],
    ['X25519', pem(generateKeyPairSync('x25519').publicKey), `${EXPECTED}, got x25519`],
    ['X448', pem(generateKeyPairSync('x448').publicKey), `${EXPECTED}, got x448`],
    ['Ed448', pem(generateKeyPairSync('ed448').publicKey), `${EXPECTED}, got ed448`],
    ['DSA', pem(generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).publicKey), `${EXPECTED}, got dsa 2048`],
    ['a point of order 1', ed25519(`01${'00'.repeat(31)}`), 'with a point under which anybody can sign'],
    ['a point of order 2', ed25519(`ec${'ff'.repeat(30)}7f`), 'with a point under which anybody can sign'],
    ['a point of order 4, with its sign', ed25519(`${'00'.repeat(31)}80`), 'with a point under which anybody can sign'],
    [
      'a point of order 8',
      ed25519('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'),
      'with a point under which anybody can sign',
    ],
    ['two keys', ec('P-256').repeat(2), 'got several'],
    ['text behind it', `${ec('P-256')}x`, 'got one with something behind it'],
    ['text before it', `x${ec('P-256')}`, 'got something else'],
    ['bytes behind the key in its block', asPem(Buffer.concat([der, Buffer.from('00', 'hex')])), 'cannot be decoded'],
    ['signs that are not base64', ec('P-256').replace('MF', 'M*F'), 'cannot be decoded'],
    ['half of it', asPem(der.subarray(0, 40)), 'cannot be decoded'],
    ['a private key', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'PRIVATE KEY'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n', 'openssl x509 -pubkey -noout'],
    ['a request', '-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----\n', 'openssl req -pubkey'],
    [
      'PKCS #1',
      createPublicKey(rsa(n, 'AQAB')).export({ type: 'pkcs1', format: 'pem' }).toString(),
      'openssl rsa -RSAPublicKey_in -pubout',
    ],
    ['a key of SSH', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@here', 'ssh-keygen -e -m PKCS8'],
    ['a key of PGP', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAA==\n-----END PGP PUBLIC KEY BLOCK-----', 'PGP'],
    ['a JWK', JSON.stringify(createPublicKey(ec('P-256')).export({ format: 'jwk' })), 'JWK'],
    ['nothing', '', 'got something else'],
  ])('refuses %s', (_what, text, words) => {
    expect(publicKeyProblem(text)).toContain(words);
  });

  it('has words of its own for whatever it cannot decode', () => {
    fc.assert(
      fc.property(fc.nat({ max: der.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const problem = publicKeyProblem(asPem(Buffer.from(der.map((byte, index) => (index === at ? byte ^ change : byte)))));
        if (problem !== undefined) expect(problem).toMatch(/^expected a (?:PEM file with one PUBLIC KEY, got|key of type ECDSA)/);
      }),
    );
  });

  it('looks through a long text once', () => {
    expect(publicKeyProblem(`-----BEGIN PUBLIC KEY-----${' '.repeat(1_000_000)}`)).toContain('got something else');
  });
});

describe('when a reference to a KMS is read', () => {
  const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';

  it.each([
    `awskms:///${ID}`,
    'awskms:///alias/ExampleAlias',
    `awskms:///arn:aws:kms:us-east-2:111122223333:key/${ID}`,
    'awskms:///arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/a/b',
    `awskms:///mrk-${ID.replaceAll('-', '')}`,
    `awskms://localhost:4566/${ID}`,
    'awskms://[::1]:4566/alias/x',
  ])('accepts %s, as cosign does', (reference) => {
    expect(kmsProblem(reference)).toBeUndefined();
    expect(parseAwsKms(reference)?.keyId).toMatch(/^(?:1234|mrk-1234|alias\/|arn:)/);
  });

  it.each([
    ['awskms://alias/models', 'write "awskms:///alias/models"'],
    [`awskms://alias/${ID}`, 'with two slashes'],
    [`awskms://arn:aws:kms:us-east-2:111122223333:key/${ID}`, `write "awskms:///arn:aws:kms:us-east-2:111122223333:key/${ID}"`],
    [`awskms://${ID}`, 'expected awskms:///KEY'],
    [`awskms://localhost/${ID}`, 'has no port: write localhost:443'],
    ['awskms://kms.eu-west-1.amazonaws.com/alias/x', 'write kms.eu-west-1.amazonaws.com:443'],
    ['awskms://models/alias/x', 'three slashes'],
    ['awskms://localhost:04566/alias/x', 'write the host as localhost:4566'],
    ['awskms://localhost:x/alias/x', 'no host with a port'],
    ['awskms://user@localhost:4566/alias/x', 'no host with a port'],
    ['awskms:///', 'expected the id of a key'],
    ['awskms:////alias/x', 'expected the id of a key'],
    ['awskms:///alias/', 'expected the id of a key'],
    ['awskms:///alias/x y', 'expected the id of a key'],
    ['awskms:///arn:aws:s3:::bucket', 'expected the id of a key'],
    ['AWSKMS:///alias/x', 'expected awskms:///KEY'],
    ['GCPKMS://projects/p', 'cosign public-key'],
  ])('refuses %s', (reference, words) => {
    expect(kmsProblem(reference)).toContain(words);
  });
});
