import type { RequirementContext } from '../../attestations/types';
import type { Finding } from '../../finding';
import type { AttestationFinding } from '../../findings/attestations';
import { ageing } from '../../lifecycle/ageing';
import type { Duration } from '../../trust-policy/duration';
import type { VerifiedAttestation } from '../../attestations/types';
import { placeOf } from './claimedTime';

type Aged = Extract<AttestationFinding, { code: 'attestation-ageing' }>['what'];

/** The early warning of a requirement that holds: `attestation-ageing` from 70 % of its age on. Without a highest age there is none. */
export function ageingWarnings(
  what: Aged,
  since: Date | undefined,
  maxAge: Duration | undefined,
  source: string,
  context: RequirementContext,
): readonly Finding[] {
  const soon = since && maxAge && ageing(since, maxAge, context.now);
  return soon === undefined ? [] : [{ code: 'attestation-ageing', ...placeOf(context), source, what, ...soon }];
}

/** A candidate for the newest attestation of a requirement, with what speaks against it. */
export interface JudgedCandidate {
  readonly attestation: VerifiedAttestation;
  readonly findings: readonly Finding[];
}

/**
 * The candidates for the newest, without the age of those that are candidates only because a key signed them. Each of them has to hold, whatever
 * its time; but where one of them is young enough, the check was made again in time, and the others are what it left behind each night.
 *
 * @param tooOld the finding about the age
 */
export function agedTogether<Candidate extends JudgedCandidate>(
  candidates: readonly Candidate[],
  tooOld: Finding['code'],
): readonly Candidate[] {
  if (!candidates.some(({ findings }) => findings.length === 0)) return candidates;
  return candidates.map((candidate) =>
    candidate.attestation.signer.kind === 'key'
      ? { ...candidate, findings: candidate.findings.filter(({ code }) => code !== tooOld) }
      : candidate,
  );
}

/** The early warnings of candidates of which each holds: none while one that is young enough needs none. */
export function warningsTogether(
  candidates: readonly JudgedCandidate[],
  warningsOf: (attestation: VerifiedAttestation) => readonly Finding[],
): readonly Finding[] {
  const young = candidates.filter(({ findings }) => findings.length === 0).map(({ attestation }) => warningsOf(attestation));
  return young.some((warnings) => warnings.length === 0) ? [] : young.flat();
}
