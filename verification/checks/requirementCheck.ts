import type { VerifiedAttestation } from '../attestations/types';
import type { Finding, SignatureFinding } from '../finding';
import type { VerifiedSignature } from '../sigstore/types';
import type { AttestationRequirement } from '../trust-policy/requirements';
import { acceptClaim } from './signatureCheck';
import type { LoadedAuthority, SignatureCheckContext, Untimed } from './signatureCheck';
import { predicateTypesOf, runCheck, supportingOf } from './attestations';
import type { UnverifiedAttestation } from './unverifiedClaims';

/** How one requirement of a policy came out for one image. */
export interface RequirementOutcome {
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly used: readonly VerifiedAttestation[];
}

/** The attestations that one requirement may look at, verified; and why others of its types do not count. */
export interface RequirementMaterial {
  readonly entry: AttestationRequirement;
  readonly verified: readonly VerifiedAttestation[];
  /** What its check needs to know beside; never evidence for the requirement itself. */
  readonly supporting: readonly VerifiedAttestation[];
  readonly misses: readonly Finding[];
}

/**
 * Verifies the attestations of the types that requirements name, and those that their checks need to know beside. The type is read before
 * the cryptography, to save the work for the others: the same bytes are verified right after, so a lie about the type gains nothing.
 *
 * @returns the material of each requirement, in their order
 */
export async function gatherAttestations(
  entries: readonly AttestationRequirement[],
  attestations: readonly UnverifiedAttestation[],
  authorities: readonly LoadedAuthority[],
  context: SignatureCheckContext,
): Promise<readonly RequirementMaterial[]> {
  const byAuthority = (names: readonly string[]) => authorities.filter(({ authority }) => names.includes(authority.name));
  const verifiedOf = async (types: readonly string[], accepted: readonly LoadedAuthority[]): Promise<readonly LookedAt[]> => {
    const looked: LookedAt[] = [];
    for (const attestation of attestations) {
      if (!types.includes(attestation.predicateType)) continue;
      const result = await verifyAttestation(attestation, accepted, context);
      if (result !== undefined) looked.push({ attestation, result });
    }
    return looked;
  };
  const looked: { readonly entry: AttestationRequirement; readonly own: readonly LookedAt[]; readonly supporting: readonly LookedAt[] }[] =
    [];
  for (const entry of entries) {
    const own = await verifiedOf(predicateTypesOf(entry), byAuthority(entry.authorities));
    const support = supportingOf(entry);
    const accepted = support?.authorities === undefined ? authorities : byAuthority(support.authorities);
    looked.push({ entry, own, supporting: support === undefined ? [] : await verifiedOf(support.predicateTypes, accepted) });
  }
  // Only now, since the last bundle may say that the signature of the first is older than it looks.
  const timed = (result: AcceptedAttestation | string): readonly VerifiedAttestation[] =>
    typeof result === 'string' ? [] : [{ ...result.attestation, ...context.times.of(result.signature) }];
  return looked.map(({ entry, own, supporting }) => ({
    entry,
    verified: own.flatMap(({ result }) => timed(result)).sort(newestFirst),
    supporting: supporting.flatMap(({ result }) => timed(result)),
    misses: own.flatMap(({ attestation: { predicateType, candidate }, result }) =>
      typeof result === 'string' ? [untrusted(entry, predicateType, candidate.source, result, context)] : [],
    ),
  }));
}

/** An attestation and what came of it. */
interface LookedAt {
  readonly attestation: UnverifiedAttestation;
  readonly result: AcceptedAttestation | string;
}

/** An attestation that an authority accepts, and the signature that carries it. */
interface AcceptedAttestation {
  readonly signature: VerifiedSignature;
  readonly attestation: Untimed<VerifiedAttestation>;
}

/** The attestation as the first authority that accepts it sees it; else the reason of the last that does not; `undefined` as for `acceptClaim`. */
async function verifyAttestation(
  { candidate, predicateType, predicate }: UnverifiedAttestation,
  accepted: readonly LoadedAuthority[],
  context: SignatureCheckContext,
): Promise<AcceptedAttestation | string | undefined> {
  let reason = 'no authority of the requirement could be loaded';
  for (const loaded of accepted) {
    const claim = await acceptClaim(candidate, loaded, context);
    if (claim === undefined) return undefined;
    if (!claim.ok) {
      reason = reasonOf(claim.finding);
      continue;
    }
    const { signature } = claim.value;
    const { signer, signedAfter, claims } = signature;
    const attestation = {
      predicateType,
      predicate,
      signer,
      authority: loaded.authority.name,
      layout: candidate.layout,
      source: candidate.source,
      ...(signedAfter !== undefined && { signedAfter }),
      ...(claims !== undefined && { claims }),
    };
    return { signature, attestation };
  }
  return reason;
}

/**
 * Everything that the checks of a policy may know of each other: each attestation once for each authority that accepted it. Told apart by
 * its parsed predicate, which is made once for each bundle: one manifest may carry several bundles of one type, and dropping the second
 * could hide the statement that overrules the first.
 */
export function allVerified(materials: readonly RequirementMaterial[]): readonly VerifiedAttestation[] {
  const seen = new Map<unknown, Set<string>>();
  return materials
    .flatMap(({ verified, supporting }) => [...verified, ...supporting])
    .filter(({ predicate, source, authority, predicateType }) => {
      const places = seen.get(predicate) ?? new Set<string>();
      seen.set(predicate, places);
      const place = `${source} ${authority} ${predicateType}`;
      const isNew = !places.has(place);
      places.add(place);
      return isNew;
    });
}

/** Holds the verified attestations against the requirement; having none is a finding of its own (CVE-2022-35930). */
export function checkRequirement(
  { entry, verified, misses }: RequirementMaterial,
  all: readonly VerifiedAttestation[],
  others: readonly string[],
  context: SignatureCheckContext,
  now: Date,
): RequirementOutcome {
  const { reference, digest, policy, customChecks } = context;
  const [newest, ...older] = verified;
  if (newest !== undefined) {
    return runCheck(entry, [newest, ...older], {
      reference,
      digest,
      policy,
      requirement: entry.name,
      now,
      all,
      ...(customChecks && { customChecks }),
    });
  }
  if (misses.length > 0) return { findings: misses, warnings: [], used: [] };
  const predicateTypes = predicateTypesOf(entry);
  const expected = context.expected.filter(({ authority }) => entry.authorities.includes(authority));
  const place = { reference, policy, requirement: entry.name };
  return { findings: [{ code: 'attestation-missing', ...place, predicateTypes, expected, others }], warnings: [], used: [] };
}

/** Attestations that nothing timed come last: they may be of any age. */
const newestFirst = (a: VerifiedAttestation, b: VerifiedAttestation): number => (b.signedAt ?? '').localeCompare(a.signedAt ?? '');

function untrusted(
  entry: AttestationRequirement,
  predicateType: string,
  source: string,
  reason: string,
  context: SignatureCheckContext,
): Finding {
  const expected = context.expected.filter(({ authority }) => entry.authorities.includes(authority));
  const place = { reference: context.reference, policy: context.policy, requirement: entry.name };
  return { code: 'attestation-untrusted', ...place, predicateType, source, reason, expected };
}

function reasonOf(finding: SignatureFinding): string {
  switch (finding.code) {
    case 'identity-mismatch':
      return signedBy(finding);
    case 'subject-mismatch':
      return `it is about ${finding.found.join(', ') || 'no digest at all'}`;
    case 'signature-invalid':
    case 'signature-malformed':
      return finding.reason;
    case 'unsigned':
    case 'attestation-is-not-signature':
    case 'signature-threshold-not-met':
      return finding.code;
  }
}

function signedBy({ found, caller }: Extract<SignatureFinding, { code: 'identity-mismatch' }>): string {
  if (found.kind === 'key') return `it is signed with the key ${found.fingerprint}`;
  const differences = (caller ?? []).map(
    ({ field, expected, found: stated = 'nothing' }) => `, ${field} is ${stated} instead of ${expected}`,
  );
  return `it is signed by ${found.subject} (issuer ${found.issuer})${differences.join('')}`;
}
