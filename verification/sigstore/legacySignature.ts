import { createHash } from 'node:crypto';
import type { Result } from '../result';
import { candidateFromJson } from './bundle';
import { legacyAnnotation, readLegacyEvidence } from './legacyEvidence';
import { MAX_LEGACY_PAYLOAD_BYTES, MAX_SIGNATURE_CHARACTERS } from './limits';
import { malformed } from './origin';
import type { SignatureMalformed, SignatureOrigin } from './origin';
import { decodeBase64 } from './pem';
import type { SignatureCandidate } from './types';
import { BUNDLE_V01_MEDIA_TYPE, SIGNATURE_ANNOTATION } from './wireFormats';

/**
 * Reads one layer of a cosign `.sig` manifest as a v0.1 bundle, the version that asks for no more than the log's promise, which is all
 * that cosign kept.
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
  const signature = legacyAnnotation(annotations, SIGNATURE_ANNOTATION);
  if (signature === undefined) return malformed(origin, `the annotation ${SIGNATURE_ANNOTATION} is missing`);
  if (signature.length > MAX_SIGNATURE_CHARACTERS || decodeBase64(signature) === undefined) {
    return malformed(origin, `the annotation ${SIGNATURE_ANNOTATION} is not base64`);
  }

  const evidence = readLegacyEvidence(annotations);
  if (typeof evidence === 'string') return malformed(origin, evidence);

  const artifact = Buffer.from(payload);
  // Computed here, never read: a digest that the registry states would tie the signature to nothing.
  const digest = createHash('sha256').update(artifact).digest('base64');
  const bundle = {
    mediaType: BUNDLE_V01_MEDIA_TYPE,
    verificationMaterial: {
      ...evidence.key,
      tlogEntries: evidence.tlogEntries,
      timestampVerificationData: { rfc3161Timestamps: evidence.rfc3161Timestamps },
    },
    messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature },
  };
  return candidateFromJson(bundle, origin, { artifact });
}
