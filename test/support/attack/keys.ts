import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { answerToPolicy, policyDocument } from './policyFiles';
import type { Answer } from './attempt';

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

export const GOOD_KEY = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);

/** A P-256 key with DER of another form: bytes behind it, another curve. */
export const asPem = (der: Buffer): string => `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;

/** Ed25519 keys by their 32 bytes. */
export const ed25519 = (point: string): string =>
  asPem(Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(point, 'hex')]));

/** An RSA key by its numbers, in base64url. */
export const rsa = (n: string, e: string): string => pem(createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' }));

/** What the parser answers to a policy with one key, whose problem must be at that key. */
export const answerToKey = (data: string): Promise<Answer> => keyPolicy({ data }, 'data');

export const answerToKms = (kms: string): Promise<Answer> => keyPolicy({ kms }, 'kms');

function keyPolicy(key: object, field: string): Promise<Answer> {
  const document = policyDocument({}, { authorities: [{ name: 'release', key }] });
  return answerToPolicy(document, `policies[0].authorities[0].key.${field}`);
}
