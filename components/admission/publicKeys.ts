import { createHash, createPublicKey } from 'node:crypto';

/** Below this the preview accepts no signature either. */
const MIN_RSA_BITS = 2048;

/**
 * Hash that Kyverno must be told for a key; null where its default, SHA-256, is right or none is needed. With the default it would refuse
 * what cosign signs by the larger curves. https://github.com/sigstore/architecture-docs/blob/main/algorithm-registry.md
 */
const HASHES: Readonly<Record<string, 'sha384' | 'sha512' | null>> = {
  'ec prime256v1': null,
  'ec secp384r1': 'sha384',
  'ec secp521r1': 'sha512',
  rsa: null,
  ed25519: null,
};

/** How a key is named in messages: `ec prime256v1`, `rsa`, `ed25519`. */
function kindOf(pem: string): string {
  const key = createPublicKey(pem);
  return [key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve].filter((part) => part !== undefined).join(' ');
}

/** What Kyverno cannot verify with, in words; undefined for a key that it takes. */
export function keyObjection(pem: string): string | undefined {
  const kind = kindOf(pem);
  const bits = createPublicKey(pem).asymmetricKeyDetails?.modulusLength;
  if (!(kind in HASHES)) return kind;
  return kind === 'rsa' && (bits ?? 0) < MIN_RSA_BITS ? `rsa of ${bits ?? 0} bits` : undefined;
}

/** A public key as `cosign.key` of an attestor. */
export function kyvernoKey(pem: string): Readonly<Record<string, string>> {
  const hashAlgorithm = HASHES[kindOf(pem)];
  return { data: pem, ...(hashAlgorithm && { hashAlgorithm }) };
}

/** Tells keys apart whatever their PEM looks like. */
export const keyFingerprint = (pem: string): string =>
  createHash('sha256')
    .update(createPublicKey(pem).export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
