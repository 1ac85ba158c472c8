import { quoted, shown } from '../../printing';
import { createHash, hash } from 'node:crypto';
import { ValidationError, bundleFromJSON } from '@sigstore/bundle';
import { success } from '../result';
import type { Result } from '../result';
import { member, parseJson } from '../json';
import {
  MAX_BUNDLE_BYTES,
  MAX_CERTIFICATES,
  MAX_CERTIFICATE_BYTES,
  MAX_LOG_ENTRIES,
  MAX_PROOF_HASHES,
  MAX_TIMESTAMPS,
  MAX_TIMESTAMP_BYTES,
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

/** Looked for in the raw JSON, before anything is decoded or copied. */
function findExcess(json: unknown): string | undefined {
  const material = member(json, 'verificationMaterial');
  const entries = itemsOf(member(material, 'tlogEntries'));
  const timestamps = itemsOf(member(material, 'timestampVerificationData', 'rfc3161Timestamps'));
  const chain = itemsOf(member(material, 'x509CertificateChain', 'certificates'));
  const hashes = entries.slice(0, MAX_LOG_ENTRIES).map((entry) => itemsOf(member(entry, 'inclusionProof', 'hashes')).length);
  const certificates = [member(material, 'certificate'), ...chain.slice(0, MAX_CERTIFICATES)];
  const longest = (values: readonly unknown[]): number =>
    Math.max(0, ...values.map((value) => (typeof value === 'string' ? value.length : 0)));

  const bounds: readonly (readonly [what: string, found: number, limit: number])[] = [
    ['log entries', entries.length, MAX_LOG_ENTRIES],
    ['timestamps', timestamps.length, MAX_TIMESTAMPS],
    ['certificates', chain.length, MAX_CERTIFICATES],
    ['hashes in an inclusion proof', Math.max(0, ...hashes), MAX_PROOF_HASHES],
    [
      'base64 characters of certificate',
      longest(certificates.map((item) => member(item, 'rawBytes'))),
      base64Length(MAX_CERTIFICATE_BYTES),
    ],
    [
      'base64 characters of timestamp',
      longest(timestamps.slice(0, MAX_TIMESTAMPS).map((item) => member(item, 'signedTimestamp'))),
      base64Length(MAX_TIMESTAMP_BYTES),
    ],
  ];
  const broken = bounds.find(([, found, limit]) => found > limit);
  return broken && `expected at most ${broken[2]} ${broken[0]}, got ${broken[1]}`;
}

function describe(mediaType: unknown): string {
  return typeof mediaType === 'string' ? quoted(mediaType, 100) : 'none';
}

function reasonOf(error: unknown): string {
  if (error instanceof ValidationError) return `missing or misplaced in the bundle: ${error.fields.join(', ')}`;
  return `the bundle cannot be read: ${shown(error instanceof Error ? error.message : String(error), 200)}`;
}
