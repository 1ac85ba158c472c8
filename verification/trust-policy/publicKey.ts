import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { PRIVATE_KEY_LABEL } from './messageText';
import { keyKindProblem } from './publicKeyKinds';

/** What a user reads who put a private key into the policy. */
export const PRIVATE_KEY_MESSAGE =
  'expected a public key, got a PRIVATE KEY: take it out of this file, treat it as leaked, and make a new one';

const BEGIN = '-----BEGIN PUBLIC KEY-----';
const END = '-----END PUBLIC KEY-----';
const EXPECTED = 'expected a PEM file with one PUBLIC KEY';

/** What people have in the place of a public key in PEM, and how they get one from it. */
const OTHERS: readonly (readonly [text: RegExp, words: string])[] = [
  [
    /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/,
    'expected a public key, got a certificate: openssl x509 -pubkey -noout prints its key',
  ],
  [/-----BEGIN CERTIFICATE REQUEST-----/, 'expected a public key, got a certificate request: openssl req -pubkey -noout prints its key'],
  [/-----BEGIN RSA PUBLIC KEY-----/, `${EXPECTED}, got an RSA PUBLIC KEY: openssl rsa -RSAPublicKey_in -pubout writes it so`],
  [/-----BEGIN PGP /, `${EXPECTED}, got a key of PGP, which signs no images`],
  [/^\s*(?:ssh-|ecdsa-sha2-|---- BEGIN SSH2)/, `${EXPECTED}, got a key of SSH: ssh-keygen -e -m PKCS8 -f FILE writes it so`],
  [/^\s*\{/, `${EXPECTED}, got JSON: a JWK has to be converted`],
];

/** Why a text is no public key that signatures can be verified with; undefined when it is one. Never repeats the text: people paste private keys by mistake. */
export function publicKeyProblem(pem: string): string | undefined {
  if (PRIVATE_KEY_LABEL.test(pem)) return PRIVATE_KEY_MESSAGE;
  // The decoder reads the first block only; a second key would look trusted and never be.
  if (pem.split(BEGIN).length > 2) return `${EXPECTED}, got several: give each its own authority`;
  const other = OTHERS.find(([text]) => text.test(pem));
  if (other !== undefined) return other[1];
  const text = pem.trim();
  const end = text.indexOf(END);
  if (!text.startsWith(BEGIN) || end < 0) return `${EXPECTED}, got something else`;
  if (text.slice(end + END.length) !== '') return `${EXPECTED}, got one with something behind it`;
  const der = decode(text.slice(BEGIN.length, end));
  const key = der && keyOf(der);
  if (key === undefined) return `${EXPECTED}, got one that cannot be decoded`;
  return keyKindProblem(key);
}

/** Base64 in lines; what is not of it would be skipped by the decoder, and two texts would be one key. */
function decode(body: string): Buffer | undefined {
  const base64 = body.replace(/\s/g, '');
  const der = Buffer.from(base64, 'base64');
  return /^\s/.test(body) && der.length > 0 && der.toString('base64') === base64 ? der : undefined;
}

function keyOf(der: Buffer): KeyObject | undefined {
  if (!isWhole(der)) return undefined;
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** Whether a DER sequence has nothing behind it: OpenSSL would read on without it, and Go refuses it. */
function isWhole(der: Buffer): boolean {
  const length = der[1] ?? 0;
  if (der[0] !== 0x30) return false;
  if (length < 0x80) return der.length === 2 + length;
  const bytes = length & 0x7f;
  return bytes >= 1 && bytes <= 4 && der.length > 2 + bytes && der.length === 2 + bytes + der.readUIntBE(2, bytes);
}
