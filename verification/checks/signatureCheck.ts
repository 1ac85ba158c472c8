import { COSIGN_SIGN_PREDICATE_TYPE, bindToImage } from '../attestations/statement';
import type { ExpectedSigner, SignatureFinding, Signer } from '../finding';
import { failure, success } from '../result';
import type { Result } from '../result';
import { verifySignature } from '../sigstore/verifySignature';
import type { SignatureCandidate, SigningAuthority } from '../sigstore/types';
import { matchesIdentity } from '../trust-policy/identity';
import type { Authority } from '../trust-policy/types';
import type { PolicyEvidence } from '../verdict';

/** The image and policy that a signature is held against. */
export interface SignatureCheckContext {
  readonly reference: string;
  readonly digest: string;
  readonly policy: string;
  /** Every signer that the policy accepts, for the message of a mismatch. */
  readonly expected: readonly ExpectedSigner[];
}

/**
 * Does one signature satisfy one authority? In this order: cryptography, identity, binding to the image, kind of statement. Nothing that
 * is read from a signature is believed before its cryptography holds.
 */
export function checkSignature(
  candidate: SignatureCandidate,
  authority: Authority,
  material: SigningAuthority,
  context: SignatureCheckContext,
): Result<PolicyEvidence, SignatureFinding> {
  const { reference, policy, expected } = context;
  const verified = verifySignature(candidate, material, { reference, policy, authority: authority.name });
  if (!verified.ok) return verified;

  const { signer, trustRoot, signedAt } = verified.value;
  if (!isExpectedSigner(signer, authority)) {
    return failure({ code: 'identity-mismatch', reference, policy, expected, found: signer, layout: candidate.layout });
  }

  const claim = bindToImage(verified.value, context);
  if (!claim.ok) return claim;

  // cosign v3 counts any attestation by the right identity as a signature; an SBOM says what is inside, not "this may run".
  const { predicateType } = claim.value;
  if (predicateType !== undefined && predicateType !== COSIGN_SIGN_PREDICATE_TYPE) {
    return failure({ code: 'attestation-is-not-signature', reference, policy, expected, predicateTypes: [predicateType] });
  }
  return success({
    policy,
    authority: authority.name,
    signer,
    layout: candidate.layout,
    ...(trustRoot !== undefined && { trustRoot }),
    ...(signedAt !== undefined && { signedAt }),
  });
}

/** A key authority has only one signer, and verification with that key has already proved it. */
function isExpectedSigner(signer: Signer, authority: Authority): boolean {
  if (authority.kind === 'key') return signer.kind === 'key';
  return signer.kind === 'certificate' && authority.identities.some((identity) => matchesIdentity(identity, signer));
}
