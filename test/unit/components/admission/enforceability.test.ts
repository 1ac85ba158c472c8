import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ISSUER, imagePolicy, keylessAuthority, problemsOf, trustPolicy } from './trustPolicies';

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();
const ec = (namedCurve: string): string => pem(generateKeyPairSync('ec', { namedCurve }).publicKey);
const rsa = (modulusLength: number): string => pem(generateKeyPairSync('rsa', { modulusLength }).publicKey);
const KEY_FIELD = 'trustPolicy: policies[0].authorities[0].key';
const keyPolicy = (data: string) => trustPolicy({ policies: [imagePolicy({ authorities: [{ name: 'k', key: { data } }] })] });
const roots = (...trustRoots: object[]) => ({ trustRoots });
const using = (...names: string[]) => ({
  policies: names.map((trustRoot, index) => imagePolicy({ name: `p${index}`, authorities: [keylessAuthority({ trustRoot })] })),
});
const threshold = (thresholds: object) => trustPolicy({ ...roots({ name: 'r', publicGood: {}, thresholds }), ...using('r') });
const files = { 'a.json': '{}', 'b.json': '{}' };
const tuf = (name: string, root: string) => ({ name, tuf: { url: `https://${name}.example`, root } });

describe('a trust policy that Kyverno can hold', () => {
  it.each([
    ['one trust root by TUF', trustPolicy({ ...roots(tuf('a', 'a.json')), ...using('a') })],
    [
      'several of which the others are files',
      trustPolicy({ ...roots(tuf('a', 'a.json'), { name: 'b', file: { path: 'b.json' } }), ...using('a', 'b') }),
    ],
    ['a second one by TUF that nobody uses', trustPolicy({ ...roots(tuf('a', 'a.json'), tuf('b', 'b.json')), ...using('a') })],
    ['no log, but a timestamp', threshold({ transparencyLog: 0, certificateTransparency: 0, timestamps: 1 })],
    ['a P-256 key', keyPolicy(ec('P-256'))],
    ['a P-384 key', keyPolicy(ec('P-384'))],
    ['a P-521 key', keyPolicy(ec('P-521'))],
    ['an RSA key of 2048 bits', keyPolicy(rsa(2048))],
    ['an Ed25519 key', keyPolicy(pem(generateKeyPairSync('ed25519').publicKey))],
  ])('%s', (_what, policy) => {
    expect(problemsOf(policy, {}, files)).toEqual([]);
  });
});

describe('a trust policy that Kyverno would hold in a weaker form is refused with its path', () => {
  const pattern = (subjectRegExp: string, fields: object = {}) =>
    trustPolicy({
      policies: [
        imagePolicy({ authorities: [keylessAuthority({ identities: [{ issuer: ISSUER, subjectRegExp, anyCaller: true }] })], ...fields }),
      ],
    });
  it.each([
    [
      'two trust roots by TUF',
      trustPolicy({ ...roots(tuf('a', 'a.json'), tuf('b', 'b.json')), ...using('a', 'b') }),
      'trustPolicy: trustRoots: expected at most one',
    ],
    [
      'two log entries',
      threshold({ transparencyLog: 2 }),
      'trustPolicy: trustRoots[0].thresholds.transparencyLog: expected at most 1, found 2',
    ],
    [
      'two certificate timestamps',
      threshold({ certificateTransparency: 2 }),
      'trustPolicy: trustRoots[0].thresholds.certificateTransparency: expected at most 1',
    ],
    ['two trusted times', threshold({ timestamps: 2 }), 'trustPolicy: trustRoots[0].thresholds.timestamps: expected at most 1'],
    [
      'no certificate timestamp, but a log entry',
      threshold({ certificateTransparency: 0 }),
      'trustPolicy: trustRoots[0].thresholds.certificateTransparency: expected 1',
    ],
    [
      'a look-ahead',
      pattern('(?=x)acme'),
      'trustPolicy: policies[0].authorities[0].keyless.identities[0].subjectRegExp: expected a pattern',
    ],
    [
      'a class by the version of Unicode',
      pattern('\\p{L}acme'),
      'trustPolicy: policies[0].authorities[0].keyless.identities[0].subjectRegExp: expected a pattern',
    ],
    [
      'patterns that are counted',
      pattern('acme.*', { signatures: { threshold: 2 } }),
      'trustPolicy: policies[0].authorities[0].keyless.identities[0].subjectRegExp: expected exact',
    ],
    [
      'a key of another curve',
      keyPolicy(ec('secp256k1')),
      `${KEY_FIELD}.data: expected a key of type ECDSA P-256, P-384 or P-521, Ed25519, or RSA of at least 2048 bits, found ec secp256k1`,
    ],
    ['an RSA key of 1024 bits, which the preview does not take', keyPolicy(rsa(1024)), 'found rsa 1024'],
    [
      'a key restricted to RSA-PSS',
      keyPolicy(pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)),
      `${KEY_FIELD}: expected a key with which Kyverno verifies: ECDSA P-256, P-384 or P-521, Ed25519, or RSA of at least 2048 bits, found rsa-pss`,
    ],
    [
      'a key under a trust root that asks for times and no log: Kyverno would ask for neither',
      trustPolicy({
        ...roots({ name: 'r', publicGood: {}, thresholds: { transparencyLog: 0, timestamps: 1 } }),
        policies: [imagePolicy({ authorities: [{ name: 'k', key: { data: ec('P-256'), trustRoot: 'r' } }] })],
      }),
      `${KEY_FIELD}.trustRoot: expected a trust root with a log`,
    ],
  ])('%s', (_what, policy, expected) => {
    expect(problemsOf(policy, {}, files)).toEqual([expect.stringContaining(expected)]);
  });

  it('one signer named twice where signers are counted', () => {
    const other = { name: 'other', keyless: { identities: [{ issuer: 'https://accounts.google.com', subject: 'reviewer@acme.com' }] } };
    const twice = [keylessAuthority(), { ...keylessAuthority(), name: 'again' }, other];
    const policy = trustPolicy({ policies: [imagePolicy({ authorities: twice, signatures: { threshold: 2 } })] });
    expect(problemsOf(policy)).toEqual([expect.stringContaining(`policies[0].authorities[1]: expected each signer once`)]);
  });
});
