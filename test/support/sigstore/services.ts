import { createHash, generateKeyPairSync, randomInt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';

/** Fixed names, not the address of the HTTP front: a trusted root names authorities, a signing configuration says where they listen. */
export const FULCIO_URL = 'https://fulcio.sigstore.test';
export const REKOR_URL = 'https://rekor.sigstore.test';
export const CT_LOG_URL = 'https://ctfe.sigstore.test';
export const TSA_URL = 'https://timestamp.sigstore.test';

const SHA256_OID = '2.16.840.1.101.3.4.2.1';
const TSA_POLICY_OID = '1.3.6.1.4.1.57264.2';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The four services of a Sigstore instance with their keys. Each has a key of its own, so that a mix-up of roles cannot verify by luck. */
export interface SigstoreServices {
  readonly certificateAuthority: Awaited<ReturnType<typeof initializeCA>>;
  readonly certificateAuthorityKey: KeyPair;
  readonly ctLog: Awaited<ReturnType<typeof initializeCTLog>>;
  readonly rekorKey: KeyPair;
  readonly timestampAuthority: Awaited<ReturnType<typeof initializeTSA>>;
  /** Read by the timestamp authority at every timestamp; see `timestampSignature`. */
  readonly timestampClock: Date;
}

/** Makes a P-256 key pair, the only kind that Fulcio's and cosign's defaults use. */
export function generateSigningKey(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** Starts a fresh Sigstore instance in memory. */
export async function createServices(): Promise<SigstoreServices> {
  const certificateAuthorityKey = generateSigningKey();
  const ctLog = await initializeCTLog(generateSigningKey());
  const timestampClock = new Date();
  return {
    certificateAuthority: await initializeCA(certificateAuthorityKey, ctLog),
    certificateAuthorityKey,
    ctLog,
    rekorKey: generateSigningKey(),
    timestampAuthority: await initializeTSA(generateSigningKey(), timestampClock),
    timestampClock,
  };
}

/** What Rekor v1 answers about one entry: https://github.com/sigstore/rekor/blob/main/openapi.yaml (`LogEntry`). */
export interface RekorLogEntry {
  readonly uuid: string;
  /** Canonical body, base64. */
  readonly body: string;
  /** Seconds since 1970. */
  readonly integratedTime: number;
  /** Hex. */
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly treeSize: number;
      /** Hex. */
      readonly rootHash: string;
      readonly hashes: readonly string[];
      readonly checkpoint: string;
    };
  };
}

/**
 * Enters a body into the log and returns the entry with its inclusion promise and proof.
 *
 * @param body canonical entry body; the mock stores what it is given, the real Rekor would have rewritten a proposal
 * @param at when the log says that it integrated the entry; default now
 */
export async function enterIntoLog(services: SigstoreServices, body: object, at?: Date): Promise<RekorLogEntry> {
  const log = await initializeTLog(REKOR_URL, services.rekorKey, at);
  const [uuid, entry] = Object.entries((await log.log(body)) as Record<string, Omit<RekorLogEntry, 'uuid'>>)[0]!;
  return { uuid, ...entry };
}

/**
 * The DER time-stamp response (RFC 3161) of the timestamp authority over a signature, in whole seconds as the real one writes it. DER drops
 * the last zeros of a fraction, and the library reads fractions of exactly three digits: every tenth timestamp would be unreadable.
 */
export async function timestampSignature(services: SigstoreServices, signature: Buffer): Promise<Buffer> {
  services.timestampClock.setTime(Math.floor(Date.now() / 1000) * 1000);
  const response = await services.timestampAuthority.timestamp({
    artifactHash: createHash('sha256').update(signature).digest(),
    hashAlgorithmOID: SHA256_OID,
    nonce: randomInt(1, 2 ** 31),
    policyOID: TSA_POLICY_OID,
    certReq: true,
  });
  return Buffer.from(response.buffer, response.byteOffset, response.byteLength);
}
