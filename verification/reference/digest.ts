import { shown } from '../../printing';
import { hash } from 'node:crypto';
import type { Digest } from './types';

/** The only algorithm we compute and accept: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms */
const SHA256 = 'sha256';
const SHA256_HEX_LENGTH = 64;

/** Grammar of the specification, loose enough to name an algorithm that we then refuse. */
const DIGEST_SHAPE = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):([a-zA-Z0-9=_-]+)$/;

/** A digest, or in words why the text is none; the caller knows which finding that is. */
export type DigestParse = { readonly ok: true; readonly value: Digest } | { readonly ok: false; readonly reason: string };

/**
 * Reads a content digest. Only `sha256:` and 64 lower-case hexadecimal digits are accepted: one spelling per content, so that digests can
 * be compared as strings.
 *
 * @example parseDigest('sha256:e3b0c442…') // { ok: true, value }
 */
export function parseDigest(text: string): DigestParse {
  const [, algorithm, encoded] = DIGEST_SHAPE.exec(text) ?? [];
  if (algorithm === undefined || encoded === undefined) {
    return { ok: false, reason: 'a digest must look like sha256:<64 hexadecimal digits>' };
  }
  if (algorithm !== SHA256) return { ok: false, reason: `digest algorithm ${shown(algorithm, 20)} is not supported, only sha256 is` };
  if (encoded.length !== SHA256_HEX_LENGTH) {
    return { ok: false, reason: `a sha256 digest has ${SHA256_HEX_LENGTH} hexadecimal digits, got ${encoded.length}` };
  }
  if (!/^[0-9a-f]+$/.test(encoded)) return { ok: false, reason: 'a sha256 digest is written in lower-case hexadecimal digits' };
  return { ok: true, value: text as Digest };
}

/** The sha256 digest of some bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `${SHA256}:${hash(SHA256, bytes)}` as Digest;
}

/** The 64 hexadecimal digits of a digest, as tag schemes use them (`sha256-<hex>`). */
export function hexOf(digest: Digest): string {
  return digest.slice(SHA256.length + 1);
}
