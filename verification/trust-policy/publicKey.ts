import { createPublicKey } from 'node:crypto';
import { PRIVATE_KEY_LABEL } from './messageText';

/** What a user reads who put a private key into the policy. */
export const PRIVATE_KEY_MESSAGE =
  'expected a public key, got a PRIVATE KEY: take it out of this file, treat it as leaked, and make a new one';

/** Why a text is no public key; undefined when it is one. Never repeats the text: people paste private keys by mistake. */
export function publicKeyProblem(pem: string): string | undefined {
  if (PRIVATE_KEY_LABEL.test(pem)) return PRIVATE_KEY_MESSAGE;
  if (pem.includes('-----BEGIN CERTIFICATE-----'))
    return 'expected a public key, got a certificate: openssl x509 -pubkey -noout prints its key';
  // The decoder reads the first block only; a second key would look trusted and never be.
  if (pem.split('-----BEGIN ').length > 2) return 'expected a PEM file with one PUBLIC KEY, got several: give each its own authority';
  if (!/^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/.test(pem))
    return 'expected a PEM file with one PUBLIC KEY, got something else';
  try {
    createPublicKey(pem);
    return undefined;
  } catch {
    return 'expected a PEM file with one PUBLIC KEY, got one that cannot be decoded';
  }
}
