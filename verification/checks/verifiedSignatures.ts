import type { SignatureFinding } from '../finding';
import type { Result } from '../result';
import { verifySignature } from '../sigstore/verifySignature';
import type { SignatureCandidate, SigningAuthority, VerifiedSignature } from '../sigstore/types';

type Verification = Result<VerifiedSignature, Extract<SignatureFinding, { code: 'signature-invalid' }>>;

/**
 * Verifies each candidate against each trust root or key once, however many policies and requirements ask: the cryptography of one
 * signature costs milliseconds of the only thread.
 */
export class VerifiedSignatures {
  readonly #known = new Map<SignatureCandidate, Map<unknown, Verification>>();

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
    const verified = verifySignature(candidate, material, place);
    byMaterial.set(keyOf(material), verified);
    return verified;
  }
}

/** Authorities that share a trust root share the verification; identities are compared later. */
function keyOf(material: SigningAuthority): unknown {
  if (material.kind === 'keyless') return material.trustRoot;
  return `${material.trustRoot?.name ?? ''}\n${material.publicKeyPem}`;
}
