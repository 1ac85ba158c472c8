import { createHash } from 'node:crypto';
import type { Result } from '../result';
import { candidateFromJson } from './bundle';
import { member, parseJson } from './json';
import { MAX_LEGACY_PAYLOAD_BYTES, MAX_SIGNATURE_CHARACTERS } from './limits';
import { malformed } from './origin';
import type { SignatureMalformed, SignatureOrigin } from './origin';
import { certificateFromPem, decodeBase64 } from './pem';
import type { SignatureCandidate } from './types';
import {
  BUNDLE_V01_MEDIA_TYPE,
  CERTIFICATE_ANNOTATION,
  LOG_BUNDLE_ANNOTATION,
  SIGNATURE_ANNOTATION,
  TIMESTAMP_ANNOTATION,
} from './wireFormats';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Reads one layer of a cosign `.sig` manifest as a v0.1 bundle, the version that asks for no more than the log's promise, which is all
 * that cosign kept. The `chain` annotation is ignored on purpose: the chain comes from the trust root and from nowhere else.
 *
 * @param annotations of the layer
 * @param payload the layer's blob, the simple signing payload; its digest is checked by the registry client
 * @returns the candidate with the payload as its artifact, or `signature-malformed`
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function parseLegacySignature(
  annotations: Readonly<Record<string, string>>,
  payload: Uint8Array,
  origin: SignatureOrigin,
): Result<SignatureCandidate, SignatureMalformed> {
  if (payload.length > MAX_LEGACY_PAYLOAD_BYTES) {
    return malformed(origin, `expected a payload of at most ${MAX_LEGACY_PAYLOAD_BYTES} bytes, got ${payload.length}`);
  }
  const signature = annotation(annotations, SIGNATURE_ANNOTATION);
  if (signature === undefined) return malformed(origin, `the annotation ${SIGNATURE_ANNOTATION} is missing`);
  if (signature.length > MAX_SIGNATURE_CHARACTERS || decodeBase64(signature) === undefined) {
    return malformed(origin, `the annotation ${SIGNATURE_ANNOTATION} is not base64`);
  }

  const key = keyMaterial(annotation(annotations, CERTIFICATE_ANNOTATION));
  if (key === undefined) return malformed(origin, `the annotation ${CERTIFICATE_ANNOTATION} does not hold a certificate in PEM`);

  const tlogEntries = logEntries(annotation(annotations, LOG_BUNDLE_ANNOTATION));
  if (tlogEntries === undefined) return malformed(origin, `the annotation ${LOG_BUNDLE_ANNOTATION} does not hold a log entry`);

  const rfc3161Timestamps = timestamps(annotation(annotations, TIMESTAMP_ANNOTATION));
  if (rfc3161Timestamps === undefined) return malformed(origin, `the annotation ${TIMESTAMP_ANNOTATION} does not hold a timestamp`);

  const artifact = Buffer.from(payload);
  // Computed here, never read: a digest that the registry states would tie the signature to nothing.
  const digest = createHash('sha256').update(artifact).digest('base64');
  const bundle = {
    mediaType: BUNDLE_V01_MEDIA_TYPE,
    verificationMaterial: { ...key, tlogEntries, timestampVerificationData: { rfc3161Timestamps } },
    messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature },
  };
  return candidateFromJson(bundle, origin, artifact);
}

/** Cosign writes empty annotations for "none". */
function annotation(annotations: Readonly<Record<string, string>>, name: string): string | undefined {
  const value = member(annotations, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** No certificate means that a key signed; which key, the policy says. */
function keyMaterial(pem: string | undefined): object | undefined {
  if (pem === undefined) return { publicKey: { hint: '' } };
  const der = certificateFromPem(pem);
  return der && { certificate: { rawBytes: der.toString('base64') } };
}

/** Cosign's own form of a log entry: `{"SignedEntryTimestamp", "Payload": {"body", "integratedTime", "logIndex", "logID"}}`. */
function logEntries(text: string | undefined): readonly object[] | undefined {
  if (text === undefined) return [];
  const bundle = parseJson(text);
  const promise = member(bundle, 'SignedEntryTimestamp');
  const body = member(bundle, 'Payload', 'body');
  const logID = member(bundle, 'Payload', 'logID');
  const logIndex = member(bundle, 'Payload', 'logIndex');
  const integratedTime = member(bundle, 'Payload', 'integratedTime');
  if (typeof promise !== 'string' || typeof body !== 'string' || typeof logID !== 'string') return undefined;
  if (decodeBase64(promise) === undefined || !SHA256_HEX.test(logID)) return undefined;
  if (!isCount(logIndex) || !isCount(integratedTime)) return undefined;
  const entry = parseJson(decodeBase64(body) ?? '');
  const kind = member(entry, 'kind');
  const version = member(entry, 'apiVersion');
  if (typeof kind !== 'string' || typeof version !== 'string') return undefined;
  return [
    {
      logIndex: String(logIndex),
      logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
      kindVersion: { kind, version },
      integratedTime: String(integratedTime),
      inclusionPromise: { signedEntryTimestamp: promise },
      canonicalizedBody: body,
    },
  ];
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function timestamps(text: string | undefined): readonly object[] | undefined {
  if (text === undefined) return [];
  const signedTimestamp = member(parseJson(text), 'SignedRFC3161Timestamp');
  return typeof signedTimestamp === 'string' && decodeBase64(signedTimestamp) ? [{ signedTimestamp }] : undefined;
}
