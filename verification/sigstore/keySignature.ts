import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { keyKindProblem } from '../trust-policy/publicKeyKinds';

/** Hash of a signature; `null` for algorithms that hash by themselves. */
type Hash = 'sha256' | 'sha384' | 'sha512' | null;

/**
 * Hashes that a signature by this key may use. The registry pairs each curve with the hash of its size; cosign 1 and 2 used SHA-256 with
 * every curve. https://github.com/sigstore/architecture-docs/blob/main/algorithm-registry.md
 */
function hashesFor({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): readonly Hash[] {
  if (type === 'ed25519') return [null];
  if (type === 'ec') return CURVE_HASHES[details?.namedCurve ?? ''] ?? [];
  return type === 'rsa' || type === 'rsa-pss' ? ['sha256'] : [];
}

const CURVE_HASHES: Readonly<Record<string, readonly Hash[]>> = {
  prime256v1: ['sha256'],
  secp384r1: ['sha384', 'sha256'],
  secp521r1: ['sha512', 'sha256'],
};

/**
 * Verifies a signature over bytes. `@sigstore/verify` knows SHA-256 alone for envelopes and fails with P-384, P-521 and, for messages,
 * with Ed25519. RSA is PKCS #1 v1.5, as in cosign; RSA-PSS is verified when the key itself is restricted to it.
 */
export function verifyWithKey(key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  if (keyKindProblem(key) !== undefined) return false;
  return hashesFor(key).some((hash) => {
    try {
      return verify(hash, bytes, key, signature);
    } catch {
      return false;
    }
  });
}
