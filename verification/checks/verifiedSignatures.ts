import type { SignatureFinding } from '../finding';
import { success } from '../result';
import type { Result } from '../result';
import { coverageOf } from '../sigstore/signedContent';
import { verifySignature } from '../sigstore/verifySignature';
import type { SignatureCandidate, SigningAuthority, VerifiedSignature } from '../sigstore/types';

type Verification = Result<VerifiedSignature, Extract<SignatureFinding, { code: 'signature-invalid' }>>;

/** Of a verified signature, what is at hand anyway and never taken from an earlier run. */
export type AtHand = 'candidate' | 'content' | 'trustRoot';
/** What verification found out. */
export type VerifiedFacts = Omit<VerifiedSignature, AtHand>;

/** Verified signatures of earlier runs. */
export interface VerificationResults {
  get(candidate: SignatureCandidate, authority: SigningAuthority): VerifiedFacts | undefined;
  set(authority: SigningAuthority, verified: VerifiedSignature): void;
}

/**
 * Verifies each candidate against each trust root or key once, however many policies and requirements ask: the cryptography of one
 * signature costs milliseconds of the only thread.
 */
export class VerifiedSignatures {
  readonly #earlier: VerificationResults | undefined;
  readonly #known = new Map<SignatureCandidate, Map<unknown, Verification>>();

  /** @param earlier what need not be verified again */
  constructor(earlier?: VerificationResults) {
    this.#earlier = earlier;
  }

  verify(
    candidate: SignatureCandidate,
    material: SigningAuthority,
    place: { readonly reference: string; readonly policy: string; readonly authority: string },
  ): Verification {
    const byMaterial = this.#known.get(candidate) ?? new Map<unknown, Verification>();
    this.#known.set(candidate, byMaterial);
    const known = byMaterial.get(keyOf(material));
    // Names in a finding are those of the asker.
    if (known !== undefined) return known.ok ? known : { ok: false, finding: { ...known.finding, ...place } };
    const verified = this.#verifyNow(candidate, material, place);
    byMaterial.set(keyOf(material), verified);
    return verified;
  }

  #verifyNow(...[candidate, material, place]: Parameters<typeof verifySignature>): Verification {
    const earlier = this.#earlier?.get(candidate, material);
    const content = earlier && coverageOf(candidate)?.content;
    const trustRoot = material.trustRoot?.name;
    if (earlier !== undefined && content !== undefined)
      return success({ ...earlier, candidate, content, ...(trustRoot !== undefined && { trustRoot }) });
    const verified = verifySignature(candidate, material, place);
    if (verified.ok) this.#earlier?.set(material, verified.value);
    return verified;
  }
}

/** Authorities that share a trust root share the verification; identities are compared later. */
function keyOf(material: SigningAuthority): unknown {
  if (material.kind === 'keyless') return material.trustRoot;
  return `${material.trustRoot?.name ?? ''}\n${material.publicKeyPem}`;
}
