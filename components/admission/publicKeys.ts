import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { canonicalKey, keyNumber, publicKeyOfPem } from '../../verification/trust-policy/canonicalKey';

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

/** @param pem one that `publicKeyProblem` found no fault with */
function keyOf(pem: string): KeyObject {
  const key = publicKeyOfPem(pem);
  if (key === undefined) throw new Error('expected a public key that was checked before');
  return key;
}

/** How a key is named in messages: `ec prime256v1`, `rsa`, `ed25519`. */
function kindOf(pem: string): string {
  const key = keyOf(pem);
  return [key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve].filter((part) => part !== undefined).join(' ');
}

/** Keys with which something verifies what cosign signs. */
export interface AcceptedKeys {
  readonly kinds: readonly string[];
  readonly inWords: string;
}

export const KYVERNO_KEYS: AcceptedKeys = {
  kinds: Object.keys(HASHES),
  inWords: 'a key with which Kyverno verifies: ECDSA P-256, P-384 or P-521, Ed25519, or RSA of at least 2048 bits',
};
/** Without a hash beside it, a key verifies SHA-256 there, and that is not what cosign signs by the larger curves. */
export const CLUSTER_POLICY_KEYS: AcceptedKeys = {
  kinds: ['ec prime256v1', 'rsa', 'ed25519'],
  inWords: 'a key with which a ClusterPolicy verifies: ECDSA P-256, Ed25519, or RSA of at least 2048 bits',
};
/** It knows hashes too; the larger curves were not tried. */
export const POLICY_CONTROLLER_KEYS: AcceptedKeys = {
  kinds: ['ec prime256v1', 'rsa', 'ed25519'],
  inWords: 'a key with which policy-controller verifies: ECDSA P-256, Ed25519, or RSA of at least 2048 bits',
};

/** What cannot be verified with, in words; undefined for a key that is accepted. */
export function keyObjection(pem: string, { kinds }: AcceptedKeys): string | undefined {
  const kind = kindOf(pem);
  return kinds.includes(kind) ? undefined : kind;
}

/** The key in its usual encoding: Go reads no compressed points, and one key in two encodings would be two signers. */
export const clusterPem = (pem: string): string => canonicalKey(keyOf(pem)).export({ format: 'pem', type: 'spki' }).toString();

/** A public key as `cosign.key` of an attestor. */
export function kyvernoKey(pem: string): Readonly<Record<string, string>> {
  const hashAlgorithm = HASHES[kindOf(pem)];
  return { data: clusterPem(pem), ...(hashAlgorithm && { hashAlgorithm }) };
}

/** Tells keys apart by their point or number, whatever their PEM looks like. */
export const keyFingerprint = (pem: string): string =>
  createHash('sha256')
    .update(keyNumber(keyOf(pem)))
    .digest('hex')
    .slice(0, 16);
