import { COSIGN_SIGN_PREDICATE_TYPE, bindToImage } from '../attestations/statement';
import type { SignedClaim } from '../attestations/statement';
import type { CertificateClaims } from '../attestations/types';
import type { CustomChecks } from '../attestations/types';
import type { ExpectedSigner, SignatureFinding, Signer } from '../finding';
import { failure, success } from '../result';
import type { Result } from '../result';
import type { SignatureCandidate, SigningAuthority, VerifiedSignature } from '../sigstore/types';
import { callerDifferences } from '../trust-policy/caller';
import { matchesIdentity, matchesSubject } from '../trust-policy/identity';
import type { Authority } from '../trust-policy/types';
import type { PolicyEvidence } from '../verdict';
import type { SigningTimes } from './signingTimes';
import type { VerifiedSignatures } from './verifiedSignatures';

/** The image and policy that a signature is held against. */
export interface SignatureCheckContext {
  readonly reference: string;
  readonly digest: string;
  readonly policy: string;
  /** Every signer that the policy accepts, for the message of a mismatch. */
  readonly expected: readonly ExpectedSigner[];
  readonly verified: VerifiedSignatures;
  /** Of the signatures that the policy met so far. */
  readonly times: SigningTimes;
  readonly customChecks?: CustomChecks;
}

/** An authority of the policy with its key or trust root. */
export interface LoadedAuthority {
  readonly authority: Authority;
  readonly material: SigningAuthority;
}

/** A signed claim about this image, by a signer of the authority. */
export interface AcceptedClaim {
  readonly claim: SignedClaim;
  readonly signature: VerifiedSignature;
}

/**
 * Is this a claim about this image, by a signer of this authority? In this order: cryptography, identity, binding to the image. Nothing
 * that is read from a signature is believed before its cryptography holds.
 *
 * @returns `undefined` when it was not looked at for want of time, or because there was too much
 */
export async function acceptClaim(
  candidate: SignatureCandidate,
  { authority, material }: LoadedAuthority,
  context: SignatureCheckContext,
): Promise<Result<AcceptedClaim, SignatureFinding> | undefined> {
  const { reference, policy, expected } = context;
  const verified = await context.verified.verify(candidate, material, { reference, policy, authority: authority.name });
  if (verified?.ok !== true) {
    const signedAt = verified?.finding.witnessedAt;
    if (signedAt !== undefined) context.times.note({ candidate, signedAt });
    return verified;
  }
  const { signer, claims } = verified.value;
  if (!isExpectedSigner(signer, claims, authority)) {
    const caller = callerMismatch(signer, claims, authority);
    return failure({
      code: 'identity-mismatch',
      reference,
      policy,
      expected,
      found: signer,
      ...(caller && { caller }),
      layout: candidate.layout,
    });
  }
  const claim = bindToImage(verified.value, context);
  if (claim.ok) context.times.note(verified.value);
  return claim.ok ? success({ claim: claim.value, signature: verified.value }) : claim;
}

/** What is known of a signature before all copies of it were seen, which say when it was made. */
export type Untimed<T extends { readonly signedAt?: string }> = Omit<T, 'signedAt'>;

/** A signature that counts. */
export interface AcceptedSignature {
  readonly signature: VerifiedSignature;
  readonly evidence: Untimed<PolicyEvidence>;
}

/** Does one candidate sign the image itself, for one authority? `undefined` as for `acceptClaim`. */
export async function checkSignature(
  candidate: SignatureCandidate,
  loaded: LoadedAuthority,
  context: SignatureCheckContext,
): Promise<Result<AcceptedSignature, SignatureFinding> | undefined> {
  const accepted = await acceptClaim(candidate, loaded, context);
  if (accepted?.ok !== true) return accepted;
  // cosign v3 counts any attestation by the right identity as a signature; an SBOM says what is inside, not "this may run".
  const { predicateType } = accepted.value.claim;
  if (predicateType !== undefined && predicateType !== COSIGN_SIGN_PREDICATE_TYPE) {
    const { reference, policy, expected } = context;
    return failure({ code: 'attestation-is-not-signature', reference, policy, expected, predicateTypes: [predicateType] });
  }
  const { signature } = accepted.value;
  const { signer, trustRoot, claims } = signature;
  const evidence: Untimed<PolicyEvidence> = {
    policy: context.policy,
    authority: loaded.authority.name,
    signer,
    layout: candidate.layout,
    ...(trustRoot !== undefined && { trustRoot }),
    ...saidBy(claims),
  };
  return success({ signature, evidence });
}

/** What a certificate says about the build, as a verdict tells it; many say nothing. */
export function saidBy(claims: CertificateClaims | undefined): { readonly claims?: CertificateClaims } {
  return claims === undefined || Object.keys(claims).length === 0 ? {} : { claims };
}

/** A key authority has only one signer, and verification with that key has already proved it. */
function isExpectedSigner(signer: Signer, claims: CertificateClaims | undefined, authority: Authority): boolean {
  if (authority.kind === 'key') return signer.kind === 'key';
  if (signer.kind !== 'certificate') return false;
  return authority.identities.some((identity) => matchesIdentity(identity, { ...signer, ...(claims && { claims }) }));
}

type CallerMismatch = Extract<SignatureFinding, { code: 'identity-mismatch' }>['caller'];

/** Where only the caller is another one: in what, as told by the identity that comes closest. */
function callerMismatch(signer: Signer, claims: CertificateClaims | undefined, authority: Authority): CallerMismatch {
  if (authority.kind === 'key' || signer.kind === 'key') return undefined;
  const [closest] = authority.identities
    .filter((identity) => matchesSubject(identity, signer))
    .map(({ caller }) => callerDifferences(caller, claims))
    .sort((a, b) => a.length - b.length);
  const [first, ...rest] = closest ?? [];
  return first && [first, ...rest];
}
