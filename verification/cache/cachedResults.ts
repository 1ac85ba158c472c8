import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { AtHand, VerificationResults, VerifiedFacts } from '../checks/verifiedSignatures';
import { parseJson } from '../json';
import type { LoadedTrustRoot, SignatureCandidate, SigningAuthority, VerifiedSignature } from '../sigstore/types';
import type { CacheFiles } from './cacheFiles';

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };
type Survives<T> = T extends Json ? true : T extends object ? { [K in keyof T]: Survives<T[K]> }[keyof T] : false;
/** The facts, as long as they survive being written as JSON: a new field of another kind stops the compiler. */
type SavedFacts = false extends Survives<VerifiedFacts[keyof VerifiedFacts]> ? never : VerifiedFacts;

const MAC_BYTES = 32;

/**
 * Verified signatures of earlier runs. Only successes: what failed is tried again, since a clock may have been wrong.
 *
 * An entry is found by everything that went into it (signature and artifact, trust root or key, thresholds, version of the verifier) and
 * authenticated together with it, so that neither its content nor its place can be changed by whoever may write to the cache without knowing
 * the secret. Whom a policy trusts and which image a signature is about is not in here: that is decided anew, every time.
 */
export class CachedResults implements VerificationResults {
  readonly #files: CacheFiles;
  readonly #secret: KeyObject;
  readonly #version: string;

  constructor(files: CacheFiles, secret: Buffer, version: string) {
    this.#files = files;
    // Made once: making it of the bytes for every entry takes longer than the MAC.
    this.#secret = createSecretKey(secret);
    this.#version = version;
  }

  get(candidate: SignatureCandidate, authority: SigningAuthority): VerifiedFacts | undefined {
    const key = this.#keyOf(candidate, authority);
    const entry = this.#files.read('results', nameOf(key));
    if (entry === undefined || entry.length < MAC_BYTES) return undefined;
    const text = entry.subarray(MAC_BYTES);
    if (!timingSafeEqual(entry.subarray(0, MAC_BYTES), this.#mac(key, text))) return undefined;
    // Written by ourselves, by the same version of this code: that is what the code above has just proved.
    return parseJson(text) as VerifiedFacts;
  }

  set(authority: SigningAuthority, verified: VerifiedSignature): void {
    const facts: SavedFacts & Record<AtHand, undefined> = { ...verified, candidate: undefined, content: undefined, trustRoot: undefined };
    const key = this.#keyOf(verified.candidate, authority);
    const text = Buffer.from(JSON.stringify(facts));
    this.#files.write('results', nameOf(key), Buffer.concat([this.#mac(key, text), text]));
  }

  #keyOf(candidate: SignatureCandidate, authority: SigningAuthority): string {
    return JSON.stringify([this.#version, candidate.sha256, ...authorityKey(authority)]);
  }

  #mac(key: string, text: Uint8Array): Buffer {
    // JSON holds no zero byte, so the two cannot run into each other.
    return createHmac('sha256', this.#secret).update(key).update('\0').update(text).digest();
  }
}

const nameOf = (key: string): string => hash('sha256', key);

function authorityKey(authority: SigningAuthority): readonly unknown[] {
  return authority.kind === 'keyless'
    ? ['keyless', rootKey(authority.trustRoot)]
    : ['key', authority.publicKeyPem, authority.trustRoot === undefined ? null : rootKey(authority.trustRoot)];
}

function rootKey({ sha256, thresholds }: LoadedTrustRoot): readonly unknown[] {
  return [sha256, thresholds.transparencyLog, thresholds.certificateTransparency, thresholds.timestamps];
}
