import { createHash, hash } from 'node:crypto';
import { ValidationError, bundleFromJSON } from '@sigstore/bundle';
import { success } from '../result';
import type { Result } from '../result';
import { member, parseJson } from '../json';
import { hasTooManyValues } from '../jsonWeight';
import {
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_VALUES,
  MAX_CERTIFICATES,
  MAX_CERTIFICATE_BYTES,
  MAX_CHECKPOINT_CHARACTERS,
  MAX_CHECKPOINT_LINES,
  MAX_LOG_BODY_CHARACTERS,
  MAX_LOG_ENTRIES,
  MAX_NUMBER_CHARACTERS,
  MAX_PROOF_HASHES,
  MAX_TIMESTAMPS,
  MAX_TIMESTAMP_BYTES,
  MAX_TIMESTAMP_BYTES_TOGETHER,
} from './limits';
import { malformed } from './origin';
import type { SignatureMalformed, SignatureOrigin } from './origin';
import type { SignatureCandidate } from './types';
import { BUNDLE_MEDIA_TYPES } from './wireFormats';

/** Base64 needs four characters for three bytes. */
const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Reads a Sigstore bundle (v0.1 to v0.3). Nothing is verified yet.
 *
 * @param bytes the blob as the registry served it; its digest is checked by the registry client
 * @returns the candidate, or `signature-malformed`: no JSON, an unknown version, missing fields, or more than the limits allow
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
 */
export function parseBundle(bytes: Uint8Array, origin: SignatureOrigin): Result<SignatureCandidate, SignatureMalformed> {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    return malformed(origin, `expected a bundle of at most ${MAX_BUNDLE_BYTES} bytes, got ${bytes.length}`);
  }
  if (hasTooManyValues(bytes, MAX_BUNDLE_VALUES)) return malformed(origin, `expected a bundle of at most ${MAX_BUNDLE_VALUES} JSON values`);
  const json = parseJson(bytes);
  if (json === undefined) return malformed(origin, 'expected a Sigstore bundle, got something that is not JSON');
  return toCandidate(json, origin, hashOf(bytes));
}

/** What belongs to a signature and is not in the JSON: the signed bytes, or the digest of the envelope as stored. */
type Stored = Pick<SignatureCandidate, 'artifact' | 'envelopeSha256'>;

/**
 * Turns bundle JSON that was built from a legacy signature into a candidate.
 */
export function candidateFromJson(
  json: unknown,
  origin: SignatureOrigin,
  stored: Stored = {},
): Result<SignatureCandidate, SignatureMalformed> {
  return toCandidate(json, origin, hashOf(JSON.stringify(json), stored), stored);
}

/** @param sha256 of the text that the bundle is a function of, and of what is stored beside: it tells apart whatever verification could */
function toCandidate(
  json: unknown,
  origin: SignatureOrigin,
  sha256: string,
  stored: Stored = {},
): Result<SignatureCandidate, SignatureMalformed> {
  const mediaType = member(json, 'mediaType');
  if (!BUNDLE_MEDIA_TYPES.has(mediaType)) {
    return malformed(origin, `expected a Sigstore bundle of version 0.1, 0.2 or 0.3, got media type ${describe(mediaType)}`);
  }
  const excess = findExcess(json);
  if (excess !== undefined) return malformed(origin, excess);
  try {
    const bundle = bundleFromJSON(json);
    const { layout, source } = origin;
    return success({ layout, source, bundle, sha256, ...stored });
  } catch (error) {
    return malformed(origin, reasonOf(error));
  }
}

function hashOf(text: string | Uint8Array, { artifact, envelopeSha256 }: Stored = {}): string {
  if (artifact === undefined && envelopeSha256 === undefined) return hash('sha256', text);
  const hashed = createHash('sha256').update(text);
  // JSON holds no zero byte, and a bundle has either of the two.
  if (artifact !== undefined) hashed.update('\0').update(artifact);
  if (envelopeSha256 !== undefined) hashed.update('\0').update(envelopeSha256);
  return hashed.digest('hex');
}

/** Of a log entry. */
const NUMBERS = [['logIndex'], ['integratedTime'], ['inclusionProof', 'logIndex'], ['inclusionProof', 'treeSize']] as const;

/** Of a checkpoint whose length is within bounds; the others are refused for their length. */
const linesOf = (checkpoint: unknown): number =>
  typeof checkpoint === 'string' && checkpoint.length <= MAX_CHECKPOINT_CHARACTERS ? checkpoint.split('\n').length : 0;

/** Looked for in the raw JSON, before anything is decoded or copied. */
function findExcess(json: unknown): string | undefined {
  const material = member(json, 'verificationMaterial');
  const entries = itemsOf(member(material, 'tlogEntries'));
  const timestamps = itemsOf(member(material, 'timestampVerificationData', 'rfc3161Timestamps'));
  const chain = itemsOf(member(material, 'x509CertificateChain', 'certificates'));
  const looked = entries.slice(0, MAX_LOG_ENTRIES);
  const hashes = looked.map((entry) => itemsOf(member(entry, 'inclusionProof', 'hashes')).length);
  const checkpoints = looked.map((entry) => member(entry, 'inclusionProof', 'checkpoint', 'envelope'));
  const numbers = looked.flatMap((entry) => NUMBERS.map((path) => member(entry, ...path)));
  const tokens = timestamps.slice(0, MAX_TIMESTAMPS).map((item) => member(item, 'signedTimestamp'));
  const certificates = [member(material, 'certificate'), ...chain.slice(0, MAX_CERTIFICATES)];
  const longest = (values: readonly unknown[]): number =>
    Math.max(0, ...values.map((value) => (typeof value === 'string' ? value.length : 0)));

  const together = (values: readonly unknown[]): number =>
    values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);

  const bounds: readonly (readonly [what: string, found: number, limit: number])[] = [
    ['log entries', entries.length, MAX_LOG_ENTRIES],
    ['timestamps', timestamps.length, MAX_TIMESTAMPS],
    ['certificates', chain.length, MAX_CERTIFICATES],
    ['hashes in an inclusion proof', Math.max(0, ...hashes), MAX_PROOF_HASHES],
    ['digits in a number', longest(numbers), MAX_NUMBER_CHARACTERS],
    ['base64 characters of log entry', longest(looked.map((entry) => member(entry, 'canonicalizedBody'))), MAX_LOG_BODY_CHARACTERS],
    ['characters of checkpoint', longest(checkpoints), MAX_CHECKPOINT_CHARACTERS],
    ['lines in a checkpoint', Math.max(0, ...checkpoints.map(linesOf)), MAX_CHECKPOINT_LINES],
    [
      'base64 characters of certificate',
      longest(certificates.map((item) => member(item, 'rawBytes'))),
      base64Length(MAX_CERTIFICATE_BYTES),
    ],
    ['base64 characters of timestamp', longest(tokens), base64Length(MAX_TIMESTAMP_BYTES)],
    ['base64 characters of timestamps together', together(tokens), base64Length(MAX_TIMESTAMP_BYTES_TOGETHER)],
  ];
  const broken = bounds.find(([, found, limit]) => found > limit);
  return broken && `expected at most ${broken[2]} ${broken[0]}, got ${broken[1]}`;
}

function describe(mediaType: unknown): string {
  return typeof mediaType === 'string' ? `"${mediaType.slice(0, 100)}"` : 'none';
}

function reasonOf(error: unknown): string {
  if (error instanceof ValidationError) return `missing or misplaced in the bundle: ${error.fields.join(', ')}`;
  return `the bundle cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
