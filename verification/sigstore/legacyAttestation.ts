import { createHash } from 'node:crypto';
import type { Result } from '../result';
import { candidateFromJson } from './bundle';
import { member } from '../json';
import { readStrictJson } from '../strictJson';
import { readLegacyEvidence } from './legacyEvidence';
import { BUNDLE_RULES, MAX_BUNDLE_BYTES, MAX_BUNDLE_VALUES } from './limits';
import { malformed } from './origin';
import type { SignatureMalformed, SignatureOrigin } from './origin';
import type { SignatureCandidate } from './types';
import { BUNDLE_V01_MEDIA_TYPE } from './wireFormats';

/**
 * Reads one layer of a cosign `.att` manifest as a v0.1 bundle: the blob is a DSSE envelope, the evidence is in the annotations. Its
 * `predicateType` annotation is not looked at, since nobody signed it; the type is in the signed statement.
 *
 * The annotation with a timestamp is not used either: cosign had the whole envelope timestamped here, and the library would hold the
 * token against the signature. Leaving evidence out can only lose a verification; the time then comes from the log's promise, or not at all.
 *
 * @param annotations of the layer
 * @param envelope the layer's blob; its digest is checked by the registry client
 * @returns the candidate, or `signature-malformed`
 * @see https://github.com/sigstore/cosign/blob/main/specs/ATTESTATION_SPEC.md
 */
export function parseLegacyAttestation(
  annotations: Readonly<Record<string, string>>,
  envelope: Uint8Array,
  origin: SignatureOrigin,
): Result<SignatureCandidate, SignatureMalformed> {
  if (envelope.length > MAX_BUNDLE_BYTES) {
    return malformed(origin, `expected an envelope of at most ${MAX_BUNDLE_BYTES} bytes, got ${envelope.length}`);
  }
  const read = readStrictJson(envelope, BUNDLE_RULES);
  if (!read.ok && read.excess) return malformed(origin, `expected an envelope of at most ${MAX_BUNDLE_VALUES} JSON values`);
  if (!read.ok) return malformed(origin, `expected a DSSE envelope in JSON that every parser reads alike: ${read.problem}`);
  const json = read.value;
  const [payload, payloadType, signatures] = ['payload', 'payloadType', 'signatures'].map((name) => member(json, name));
  if (typeof payload !== 'string' || typeof payloadType !== 'string' || !Array.isArray(signatures)) {
    return malformed(origin, 'expected a DSSE envelope with payload, payloadType and signatures');
  }
  // With several signatures, the certificate in the annotations could belong to any of them.
  if (signatures.length !== 1) return malformed(origin, `expected one signature in the envelope, got ${signatures.length}`);
  const signature = member(signatures, 0, 'sig');
  if (typeof signature !== 'string' || signature === '') return malformed(origin, 'the signature of the envelope has no sig');

  const evidence = readLegacyEvidence(annotations);
  if (typeof evidence === 'string') return malformed(origin, evidence);
  const bundle = {
    mediaType: BUNDLE_V01_MEDIA_TYPE,
    verificationMaterial: { ...evidence.key, tlogEntries: evidence.tlogEntries, timestampVerificationData: { rfc3161Timestamps: [] } },
    dsseEnvelope: { payload, payloadType, signatures: [{ sig: signature, keyid: '' }] },
  };
  return candidateFromJson(bundle, origin, { envelopeSha256: createHash('sha256').update(envelope).digest('hex') });
}
