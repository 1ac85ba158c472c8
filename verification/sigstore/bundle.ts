import { quoted, shown } from '../../printing';
import { createHash, hash } from 'node:crypto';
import { ValidationError, assertBundleLatest, assertBundleV01, assertBundleV02 } from '@sigstore/bundle';
import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import { success } from '../result';
import type { Result } from '../result';
import { member } from '../json';
import { readStrictJson } from '../strictJson';
import { readBundleMessage } from './bundleMessage';
import { BUNDLE_RULES, MAX_BUNDLE_BYTES, MAX_BUNDLE_VALUES } from './limits';
import { entryFormProblem } from './logEntryForm';
import { ProtoExcess, ProtoJsonError } from './protoJson';
import { malformed } from './origin';
import type { SignatureMalformed, SignatureOrigin } from './origin';
import type { SignatureCandidate } from './types';
import { BUNDLE_MEDIA_TYPES, BUNDLE_V01_MEDIA_TYPE, BUNDLE_V02_MEDIA_TYPE } from './wireFormats';

/**
 * Reads a Sigstore bundle (v0.1 to v0.3). Nothing is verified yet.
 *
 * @param bytes the blob as the registry served it; its digest is checked by the registry client
 * @returns the candidate, or `signature-malformed`: no JSON, an unknown version, missing or unknown fields, or more than the limits allow
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
 */
export function parseBundle(bytes: Uint8Array, origin: SignatureOrigin): Result<SignatureCandidate, SignatureMalformed> {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    return malformed(origin, `expected a bundle of at most ${MAX_BUNDLE_BYTES} bytes, got ${bytes.length}`);
  }
  const json = readStrictJson(bytes, BUNDLE_RULES);
  if (!json.ok && json.excess) return malformed(origin, `expected a bundle of at most ${MAX_BUNDLE_VALUES} JSON values`);
  if (!json.ok) return malformed(origin, `expected a Sigstore bundle in JSON that every parser reads alike: ${json.problem}`);
  return toCandidate(json.value, origin, hashOf(bytes));
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
  const mediaType = member(json, 'mediaType') ?? member(json, 'media_type');
  if (!BUNDLE_MEDIA_TYPES.has(mediaType)) {
    return malformed(origin, `expected a Sigstore bundle of version 0.1, 0.2 or 0.3, got media type ${describe(mediaType)}`);
  }
  try {
    const bundle = readBundle(json);
    const entries: readonly TransparencyLogEntry[] = bundle.verificationMaterial.tlogEntries;
    const problem = entries
      .map((entry, index) => entryFormProblem(entry, `verificationMaterial.tlogEntries[${index}]`))
      .find((found) => found !== undefined);
    if (problem !== undefined) return malformed(origin, `the bundle contradicts itself: ${problem}`);
    const { layout, source } = origin;
    return success({ layout, source, bundle, sha256, ...stored });
  } catch (error) {
    return malformed(origin, reasonOf(error));
  }
}

/** @throws ProtoJsonError, or ValidationError for fields that its version asks for */
function readBundle(json: unknown): Bundle {
  const message = readBundleMessage(json);
  if (message.mediaType === BUNDLE_V01_MEDIA_TYPE) assertBundleV01(message);
  else if (message.mediaType === BUNDLE_V02_MEDIA_TYPE) assertBundleV02(message);
  else assertBundleLatest(message);
  return message;
}

function hashOf(text: string | Uint8Array, { artifact, envelopeSha256 }: Stored = {}): string {
  if (artifact === undefined && envelopeSha256 === undefined) return hash('sha256', text);
  const hashed = createHash('sha256').update(text);
  // JSON holds no zero byte, and a bundle has either of the two.
  if (artifact !== undefined) hashed.update('\0').update(artifact);
  if (envelopeSha256 !== undefined) hashed.update('\0').update(envelopeSha256);
  return hashed.digest('hex');
}

function describe(mediaType: unknown): string {
  return typeof mediaType === 'string' ? quoted(mediaType, 100) : 'none';
}

function reasonOf(error: unknown): string {
  if (error instanceof ProtoExcess) return error.message;
  if (error instanceof ValidationError) return `missing or misplaced in the bundle: ${error.fields.join(', ')}`;
  // Ours says where; what others throw at bytes of an attacker helps nobody to mend them.
  if (error instanceof ProtoJsonError) return `the bundle cannot be read: ${shown(error.message, 200)}`;
  return 'the bundle cannot be read: a part of it is not what its place asks for';
}
