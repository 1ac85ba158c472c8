import type { VerifiedAttestation } from '../attestations/types';
import type { Finding, SignatureFinding } from '../finding';
import type { AttestationRequirement } from '../trust-policy/requirements';
import { acceptClaim } from './signatureCheck';
import type { LoadedAuthority, SignatureCheckContext } from './signatureCheck';
import { predicateTypesOf, runCheck } from './attestations';
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
  readonly misses: readonly Finding[];
}

/**
 * Verifies the attestations of the types that a requirement names. The type is read before the cryptography, to save the work for the others:
 * the same bytes are verified right after, so a lie about the type gains nothing.
 */
export function gatherAttestations(
  entry: AttestationRequirement,
  attestations: readonly UnverifiedAttestation[],
  authorities: readonly LoadedAuthority[],
  context: SignatureCheckContext,
): RequirementMaterial {
  const types = predicateTypesOf(entry);
  const accepted = authorities.filter(({ authority }) => entry.authorities.includes(authority.name));
  const verified: VerifiedAttestation[] = [];
  const misses: Finding[] = [];
  for (const { candidate, predicateType, predicate } of attestations) {
    if (!types.includes(predicateType)) continue;
    let reason = 'no authority of the requirement could be loaded';
    let counts = false;
    for (const loaded of accepted) {
      const claim = acceptClaim(candidate, loaded, context);
      if (!claim.ok) {
        reason = reasonOf(claim.finding);
        continue;
      }
      const { signer, signedAt, claims } = claim.value.signature;
      verified.push({
        predicateType,
        predicate,
        signer,
        authority: loaded.authority.name,
        layout: candidate.layout,
        source: candidate.source,
        ...(signedAt !== undefined && { signedAt }),
        ...(claims !== undefined && { claims }),
      });
      counts = true;
      break;
    }
    if (!counts) misses.push(untrusted(entry, predicateType, candidate.source, reason, context));
  }
  return { entry, verified: verified.sort(newestFirst), misses };
}

/** Holds the verified attestations against the requirement; having none is a finding of its own (CVE-2022-35930). */
export function checkRequirement(
  { entry, verified, misses }: RequirementMaterial,
  all: readonly VerifiedAttestation[],
  others: readonly string[],
  context: SignatureCheckContext,
  now: Date,
): RequirementOutcome {
  const { reference, digest, policy } = context;
  const [newest, ...older] = verified;
  if (newest !== undefined) {
    return runCheck(entry, [newest, ...older], { reference, digest, policy, requirement: entry.name, now, all });
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
      return finding.found.kind === 'key'
        ? `it is signed with the key ${finding.found.fingerprint}`
        : `it is signed by ${finding.found.subject} (issuer ${finding.found.issuer})`;
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
