import type { CertificateClaims } from './attestations/types';
import type { Signer } from './finding';
import { isSameCaller, signerName } from './trust-policy/signerName';
import { matchesIdentity } from './trust-policy/identity';
import type { CallingRepository } from './trust-policy/signerName';
import type { ImagePolicy } from './trust-policy/types';
import type { PolicyEvidence } from './verdict';

/** A signer, and the repository that called its workflow where that makes another signer of it. */
export interface CountedSigner {
  readonly signer: Signer;
  readonly caller?: CallingRepository;
}

/**
 * How many different signers these are: by what identifies them, not by how often or under which ref they signed. A workflow that several
 * repositories call is several signers; one that any repository may call is one, however many call it.
 */
export function countSigners(items: readonly CountedSigner[]): number {
  const distinct: CountedSigner[] = [];
  // Those with a caller first, so that the answer does not depend on the order in which a registry lists signatures.
  for (const item of [...items].sort((a, b) => Number(a.caller === undefined) - Number(b.caller === undefined))) {
    if (!distinct.some((known) => isSameSigner(known, item))) distinct.push(item);
  }
  return distinct.length;
}

function isSameSigner(a: CountedSigner, b: CountedSigner): boolean {
  if (nameOf(a.signer) !== nameOf(b.signer)) return false;
  return a.caller === undefined || b.caller === undefined || isSameCaller(a.caller, b.caller);
}

const nameOf = (signer: Signer): string => (signer.kind === 'key' ? signer.fingerprint : signerName(signer.issuer, signer.subject));

/** Signers as a policy counts them: the caller counts where the policy names it. */
export function signersOf(policy: ImagePolicy, evidence: readonly PolicyEvidence[]): readonly CountedSigner[] {
  return evidence.map(({ signer, claims, authority: name }) => {
    const authority = policy.authorities.find((item) => item.name === name);
    if (signer.kind === 'key' || authority?.kind !== 'keyless') return { signer };
    const isBound = authority.identities.some(
      (identity) =>
        (identity.caller?.sourceRepository ?? identity.caller?.sourceRepositoryId) !== undefined &&
        matchesIdentity(identity, { ...signer, ...(claims && { claims }) }),
    );
    return isBound ? { signer, caller: callerOf(claims) } : { signer };
  });
}

/** The repository of the build, as its certificate says. */
export function callerOf({ sourceRepositoryIdentifier: id, sourceRepositoryUri: uri }: CertificateClaims = {}): CallingRepository {
  return { ...(id !== undefined && { id }), ...(uri !== undefined && { uri }) };
}
