import { member } from '../json';
import { parseStrictJson } from '../strictJson';
import { MAX_ANNOTATION_CHARACTERS } from './limits';
import { certificateFromPem, decodeBase64 } from './pem';
import { CERTIFICATE_ANNOTATION, LOG_BUNDLE_ANNOTATION, TIMESTAMP_ANNOTATION } from './wireFormats';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/** What the annotations of a legacy layer say about its signature, as the parts of a v0.1 bundle. */
export interface LegacyEvidence {
  readonly key: object;
  readonly tlogEntries: readonly object[];
  readonly rfc3161Timestamps: readonly object[];
}

/**
 * Reads the evidence that cosign 1 and 2 kept in the annotations of a layer. The `chain` annotation is ignored on purpose: the chain comes
 * from the trust root and from nowhere else.
 *
 * @returns the evidence, or in words what is wrong with it
 */
export function readLegacyEvidence(annotations: Readonly<Record<string, string>>): LegacyEvidence | string {
  const long = [CERTIFICATE_ANNOTATION, LOG_BUNDLE_ANNOTATION, TIMESTAMP_ANNOTATION].find(
    (name) => (legacyAnnotation(annotations, name)?.length ?? 0) > MAX_ANNOTATION_CHARACTERS,
  );
  if (long !== undefined) return `expected at most ${MAX_ANNOTATION_CHARACTERS} characters in the annotation ${long}`;
  const key = keyMaterial(legacyAnnotation(annotations, CERTIFICATE_ANNOTATION));
  if (key === undefined) return `the annotation ${CERTIFICATE_ANNOTATION} does not hold a certificate in PEM`;
  const tlogEntries = logEntries(legacyAnnotation(annotations, LOG_BUNDLE_ANNOTATION));
  if (tlogEntries === undefined) return `the annotation ${LOG_BUNDLE_ANNOTATION} does not hold a log entry`;
  const rfc3161Timestamps = timestamps(legacyAnnotation(annotations, TIMESTAMP_ANNOTATION));
  if (rfc3161Timestamps === undefined) return `the annotation ${TIMESTAMP_ANNOTATION} does not hold a timestamp`;
  return { key, tlogEntries, rfc3161Timestamps };
}

/** Cosign writes empty annotations for "none". */
export function legacyAnnotation(annotations: Readonly<Record<string, string>>, name: string): string | undefined {
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
  const bundle = parseStrictJson(text);
  const promise = member(bundle, 'SignedEntryTimestamp');
  const body = member(bundle, 'Payload', 'body');
  const logID = member(bundle, 'Payload', 'logID');
  const logIndex = member(bundle, 'Payload', 'logIndex');
  const integratedTime = member(bundle, 'Payload', 'integratedTime');
  if (typeof promise !== 'string' || typeof body !== 'string' || typeof logID !== 'string') return undefined;
  if (decodeBase64(promise) === undefined || !SHA256_HEX.test(logID)) return undefined;
  if (!isCount(logIndex) || !isCount(integratedTime)) return undefined;
  const entry = parseStrictJson(decodeBase64(body) ?? '');
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
  const signedTimestamp = member(parseStrictJson(text), 'SignedRFC3161Timestamp');
  return typeof signedTimestamp === 'string' && decodeBase64(signedTimestamp) ? [{ signedTimestamp }] : undefined;
}
