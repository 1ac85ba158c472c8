import { X509Certificate, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * Only at the very start, so that no other block can stand before the one that is read. https://www.rfc-editor.org/rfc/rfc7468
 *
 * One blank behind the first line and not many: two repetitions of the same characters take time by the square of their number, which for an
 * annotation of blanks is hours.
 */
const CERTIFICATE_PEM = /^\s*-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;
const PUBLIC_KEY_PEM = /^\s*-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/;

/** Together with a length that four divides. A group for each four characters would use up the stack of the matcher, with an error as answer. */
const CANONICAL_BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Decodes base64 strictly: Node skips characters that do not belong, which lets two texts stand for one value. */
export function decodeBase64(text: string): Buffer | undefined {
  return text !== '' && text.length % 4 === 0 && CANONICAL_BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/**
 * The DER of the first certificate of a PEM text. `undefined` when the text is anything else: cosign once took a public key in the place
 * of a certificate for the verifier, so that everybody could vouch for himself (GHSA-fx35-mq7g-6g98).
 */
export function certificateFromPem(pem: string): Buffer | undefined {
  const der = certificateBlock(pem);
  if (der === undefined) return undefined;
  try {
    return new X509Certificate(der).raw;
  } catch {
    return undefined;
  }
}

/** The bytes that a PEM text calls a certificate, whatever they are: for comparison with a certificate that is known, and nothing else. */
export function certificateBlock(pem: string): Buffer | undefined {
  return decodeBase64((CERTIFICATE_PEM.exec(pem)?.[1] ?? '').replace(/\s/g, ''));
}

/**
 * A public key from PEM (`BEGIN PUBLIC KEY`, as `cosign public-key` writes it), and nothing else: Node would also take a private key or a
 * certificate and quietly use the public key inside.
 */
export function publicKeyFromPem(pem: string): KeyObject | undefined {
  const der = decodeBase64((PUBLIC_KEY_PEM.exec(pem)?.[1] ?? '').replace(/\s/g, ''));
  if (der === undefined) return undefined;
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
