import type { VerificationSummary } from '../../../attestations/provenance/verificationSummary';
import type { VerifiedAttestation } from '../../../attestations/types';

/** A readable summary and the attestation that carries it. */
export interface ReadSummary {
  readonly attestation: VerifiedAttestation;
  readonly summary: VerificationSummary;
}

/**
 * Whether a FAILED takes the force from a PASSED. It does unless the PASSED is later by the verifier's own time, and was not signed
 * earlier: in doubt about the order, the image failed. An older PASSED stays in the registry for ever, so it must not count (CVE-2024-23332).
 */
export function overrules(failed: ReadSummary, passed: ReadSummary): boolean {
  const laterVerified = passed.summary.timeVerified.getTime() > failed.summary.timeVerified.getTime();
  const [failedAt, passedAt] = [failed.attestation.signedAt, passed.attestation.signedAt];
  const signedEarlier = failedAt !== undefined && passedAt !== undefined && passedAt < failedAt;
  return !laterVerified || signedEarlier;
}
