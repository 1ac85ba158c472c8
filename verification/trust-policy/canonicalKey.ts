import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * A public key in its usual encoding, so that keys are compared by their point or number: OpenSSL keeps a compressed point and written-out
 * curve parameters as they came, and so one key would be two.
 *
 * @returns the same key; itself where no other encoding of it is known
 */
export function canonicalKey(key: KeyObject): KeyObject {
  try {
    return createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  } catch {
    return key; // RSA that is restricted to PSS, and curves that JWK does not know
  }
}

/** What identifies a public key: its DER in the usual encoding, of RSA without the restriction to PSS, which makes no other holder of it. */
export function keyNumber(key: KeyObject): Buffer {
  const der = canonicalKey(key).export({ format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'rsa-pss') return der;
  // The key itself comes last, as in PKCS #1, behind the algorithm and a byte that counts unused bits.
  const start = PKCS1_START.map((bytes) => der.indexOf(bytes)).find((at) => at > 0);
  if (start === undefined) return der;
  return createPublicKey({ key: der.subarray(start + 1), format: 'der', type: 'pkcs1' }).export({ format: 'der', type: 'spki' });
}

/** No unused bits, then a SEQUENCE of more than 255 or 127 bytes that begins with an INTEGER of such a length. */
const PKCS1_START = [Buffer.from([0x00, 0x30, 0x82]), Buffer.from([0x00, 0x30, 0x81])];

/** What identifies the key of a PEM text, in hexadecimal; undefined for what is no public key. */
export function keyNumberOfPem(pem: string): string | undefined {
  const key = publicKeyOfPem(pem);
  return key === undefined ? undefined : keyNumber(key).toString('hex');
}

/**
 * The key of a PEM text, by its DER: YAML folds a PEM into one line or indents it, and OpenSSL's own decoder refuses that.
 *
 * @returns undefined for what is no public key
 */
export function publicKeyOfPem(pem: string): KeyObject | undefined {
  const [, body = ''] = /-----BEGIN PUBLIC KEY-----([\s\S]*)-----END PUBLIC KEY-----/.exec(pem) ?? [];
  try {
    return createPublicKey({ key: Buffer.from(body.replace(/\s/g, ''), 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
