import { COSIGN_SIGN_PREDICATE_TYPE, readClaim } from '../attestations/statement';
import type { ImageWork } from '../imageWork';
import type { SignatureCandidate } from '../sigstore/types';

/** An attestation before its cryptography is checked. Its type sorts it; its predicate counts only if the same bytes verify. */
export interface UnverifiedAttestation {
  readonly candidate: SignatureCandidate;
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** Candidates by what they claim to be: signatures of the image, and attestations about it. */
export interface SortedCandidates {
  readonly signatures: readonly SignatureCandidate[];
  readonly attestations: readonly UnverifiedAttestation[];
}

/**
 * Sorts by the still unverified predicate type. A signature that poses as an attestation is merely not counted as a signature, and the
 * other way round; what cannot be read stays with the signatures, whose check says why.
 */
export async function sortCandidates(candidates: readonly SignatureCandidate[], work: Pick<ImageWork, 'run'>): Promise<SortedCandidates> {
  const signatures: SignatureCandidate[] = [];
  const attestations: UnverifiedAttestation[] = [];
  for (const candidate of candidates) {
    const { content } = candidate.bundle;
    if (content.$case !== 'dsseEnvelope') {
      signatures.push(candidate);
      continue;
    }
    const { payload, payloadType } = content.dsseEnvelope;
    const claim = await work.run(() => readClaim({ kind: 'dsse', payload, payloadType }));
    if (typeof claim === 'string' || claim.predicateType === undefined || claim.predicateType === COSIGN_SIGN_PREDICATE_TYPE) {
      signatures.push(candidate);
    } else {
      attestations.push({ candidate, predicateType: claim.predicateType, predicate: claim.predicate });
    }
  }
  return { signatures, attestations };
}
