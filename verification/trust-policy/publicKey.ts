import { createPublicKey } from 'node:crypto';

/** Why a text is no public key; undefined when it is one. Never repeats the text: people paste private keys by mistake. */
export function publicKeyProblem(pem: string): string | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    return 'expected a public key, got a PRIVATE KEY: take it out of this file, treat it as leaked, and make a new one';
  }
  if (pem.includes('-----BEGIN CERTIFICATE-----'))
    return 'expected a public key, got a certificate: openssl x509 -pubkey -noout prints its key';
  if (!/^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/.test(pem))
    return 'expected a PEM file with one PUBLIC KEY, got something else';
  try {
    createPublicKey(pem);
    return undefined;
  } catch {
    return 'expected a PEM file with one PUBLIC KEY, got one that cannot be decoded';
  }
}
