/**
 * What two copies of one signature have in common, whatever was added or changed without the signer.
 *
 * A bundle holds much that is not signed: timestamps, log entries, the layout. And an ECDSA signature has a twin: with (r, s), (r, n - s) is
 * valid too, and needs no key to make. r alone says which signature it is, because a signer never uses one nonce for two messages.
 * RSA (PKCS#1 v1.5) and Ed25519 signatures have no twin that OpenSSL accepts.
 *
 * @param signature as in the bundle
 * @returns the same text for all copies of a signature
 */
export function signatureIdentity(signature: Uint8Array): string {
  const bytes = Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength);
  return firstInteger(bytes)?.toString('hex') ?? bytes.toString('hex');
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** Long form with one byte of length, as signatures of P-521 need it. */
const LONG_FORM = 0x81;

/** r of `SEQUENCE { r INTEGER, s INTEGER }` and nothing after it; OpenSSL accepts DER only, so there is one way to write it. */
function firstInteger(bytes: Buffer): Buffer | undefined {
  if (bytes[0] !== SEQUENCE) return undefined;
  const start = bytes[1] === LONG_FORM ? 3 : 2;
  if (bytes[start - 1] !== bytes.length - start) return undefined;
  const length = bytes[start + 1] ?? 0;
  const next = start + 2 + length;
  const isPair = bytes[start] === INTEGER && bytes[next] === INTEGER && bytes[next + 1] === bytes.length - next - 2;
  return isPair ? bytes.subarray(start + 2, next) : undefined;
}
