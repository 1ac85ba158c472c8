import { createHash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { dsse } from '@sigstore/core';
import type { SignedEntity } from '@sigstore/verify';
import { verifyWithKey } from './keySignature';
import type { SignatureCandidate, SignedContent } from './types';

const HASH_OF_LENGTH: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' };

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Compares with a recorded digest, whose length says the algorithm. */
function hasDigest(bytes: Buffer, digest: Buffer): boolean {
  const algorithm = HASH_OF_LENGTH[digest.length];
  return algorithm !== undefined && equal(createHash(algorithm).update(bytes).digest(), digest);
}

/** What the signature covers, in the form that the library's verifier and its log checks ask of it. */
export class CoveredContent {
  readonly signature: Buffer;
  readonly #payload: Buffer;
  readonly #signedBytes: Buffer;

  constructor(signature: Buffer, payload: Buffer, signedBytes: Buffer) {
    this.signature = signature;
    this.#payload = payload;
    this.#signedBytes = signedBytes;
  }

  compareSignature(signature: Buffer): boolean {
    return equal(signature, this.signature);
  }

  /** `dsse` and `intoto` log entries record the digest of the payload. */
  compareDigest(digest: Buffer): boolean {
    return hasDigest(this.#payload, digest);
  }

  /** `hashedrekord` log entries record the digest of the signed bytes. */
  compareSignedDigest(digest: Buffer): boolean {
    return hasDigest(this.#signedBytes, digest);
  }

  verifySignature(key: KeyObject): boolean {
    return verifyWithKey(key, this.#signedBytes, this.signature);
  }
}

/** The covered bytes twice: for the cryptographic check, and for the reader of claims once it holds. */
export interface Coverage {
  readonly checked: SignedEntity['signature'];
  readonly content: SignedContent;
}

/**
 * Takes the covered bytes from a candidate: the payload of its envelope as decoded, never as text to be parsed again, or its artifact.
 * `undefined` for a message signature whose message is not at hand; the digest that such a bundle states is worth nothing.
 */
export function coverageOf({ bundle, artifact }: SignatureCandidate): Coverage | undefined {
  switch (bundle.content.$case) {
    case 'dsseEnvelope': {
      const { payloadType, payload, signatures } = bundle.content.dsseEnvelope;
      const signature = signatures[0]?.sig ?? Buffer.alloc(0);
      return {
        checked: new CoveredContent(signature, payload, dsse.preAuthEncoding(payloadType, payload)),
        content: { kind: 'dsse', payloadType, payload },
      };
    }
    case 'messageSignature': {
      if (artifact === undefined) return undefined;
      const { signature } = bundle.content.messageSignature;
      return { checked: new CoveredContent(signature, artifact, artifact), content: { kind: 'message', payload: artifact } };
    }
  }
}
