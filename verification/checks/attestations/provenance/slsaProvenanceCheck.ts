import { SLSA_PROVENANCE_V02, SLSA_PROVENANCE_V1, parseProvenance } from '../../../attestations/provenance/slsaProvenance';
import { gatherFacts } from '../../../attestations/provenance/slsaProvenanceFacts';
import type { BuildFacts } from '../../../attestations/provenance/slsaProvenanceFacts';
import { VERIFICATION_SUMMARY_V1 } from '../../../attestations/provenance/verificationSummary';
import type { AttestationCheck, RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import type { Finding } from '../../../finding';
import { MAX_CLOCK_SKEW_MS } from '../../../sigstore/limits';
import { namedRequirements } from '../../../trust-policy/requirements/slsaProvenance';
import type { SlsaProvenanceRequirement, SlsaRequirementName } from '../../../trust-policy/requirements/slsaProvenance';
import { ageingWarnings } from '../ageing';
import { oldestOf, signingTime, timeObjection } from './slsaProvenanceFreshness';
import type { GivenTime } from './slsaProvenanceFreshness';
import { BUILD_REQUIREMENTS, trustedBuilder } from './slsaProvenanceLevels';
import type { Unmet } from './slsaProvenanceLevels';
import { checkSourceReview } from './slsaProvenanceReview';
import { findMismatches } from './slsaProvenanceRules';

/** What one attestation lacks, and what a positive answer would rest on. */
interface Assessment {
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly used: readonly VerifiedAttestation[];
}

/**
 * SLSA provenance. Any single attestation that meets everything suffices: two half-true ones do not add up to a build. When none does, the
 * one that misses least is explained.
 *
 * Findings: `predicate-malformed`, `provenance-contradiction`, `provenance-requirement-unmet`, `provenance-mismatch`, `provenance-not-fresh`.
 */
export const slsaProvenanceCheck: AttestationCheck<SlsaProvenanceRequirement> = {
  predicateTypes: () => [SLSA_PROVENANCE_V1, SLSA_PROVENANCE_V02],
  supporting: ({ sourceReview }) =>
    sourceReview === undefined ? undefined : { predicateTypes: [VERIFICATION_SUMMARY_V1], authorities: [sourceReview.authority] },
  check: (requirement, [first, ...others], context) => {
    let closest = assess(requirement, first, context);
    for (const attestation of others) {
      if (closest.findings.length === 0) break;
      const assessment = assess(requirement, attestation, context);
      if (distance(assessment) < distance(closest)) closest = assessment;
    }
    return closest.findings.length === 0 ? closest : { findings: closest.findings, warnings: [], used: [] };
  },
};

/** An honest provenance that misses a lot helps the reader more than a forged or broken one that misses little. */
const WEIGHT: { readonly [Code in Finding['code']]?: number } = { 'predicate-malformed': 1_000, 'provenance-contradiction': 100 };

const distance = ({ findings }: Assessment): number => findings.reduce((sum, { code }) => sum + (WEIGHT[code] ?? 1), 0);

function assess(requirement: SlsaProvenanceRequirement, attestation: VerifiedAttestation, context: RequirementContext): Assessment {
  const { reference, policy, requirement: name } = context;
  const { predicateType, source, signer, signedAt } = attestation;
  const place = { reference, policy, requirement: name, source, signer };

  const stated = parseProvenance(predicateType, attestation.predicate);
  if ('malformed' in stated) {
    return {
      findings: [{ code: 'predicate-malformed', reference, policy, requirement: name, predicateType, source, ...stated.malformed }],
      warnings: [],
      used: [],
    };
  }
  const facts = gatherFacts(stated, attestation, requirement.builders);
  const builtAt: readonly GivenTime[] = stated.builtAt ? [{ time: stated.builtAt.time, where: stated.builtAt.path }] : [];
  const findings: Finding[] = [];
  for (const { field, certificate, predicate } of facts.contradictions) {
    findings.push({
      code: 'provenance-contradiction',
      ...place,
      field,
      certificate: certificate.value,
      predicate: predicate.value,
      where: predicate.where,
    });
  }
  findings.push(...signedTooEarly(builtAt, signedAt).map((contradiction) => ({ ...contradiction, ...place })));
  const unmet = unmetRequirements(requirement, facts, context);
  findings.push(...unmet.findings.map((item) => ({ code: 'provenance-requirement-unmet' as const, ...place, ...item })));
  findings.push(...findMismatches(requirement, facts).map((item) => ({ code: 'provenance-mismatch' as const, ...place, ...item })));
  const { maxAge } = requirement;
  const times = [...builtAt, ...signingTime(signedAt)];
  const objection = timeObjection(times, maxAge, context.now);
  if (objection !== undefined) {
    findings.push({ code: 'provenance-not-fresh', ...place, ...(maxAge && { maxAge: maxAge.text }), ...objection });
  }
  const warnings = ageingWarnings('build', oldestOf(times)?.time, maxAge, source, context);
  return { findings, warnings, used: [attestation, ...unmet.used] };
}

interface NamedOutcome {
  readonly findings: readonly ({ readonly unmet: SlsaRequirementName } & Unmet)[];
  /** Summaries of others on which a positive answer rests. */
  readonly used: readonly VerifiedAttestation[];
}

function unmetRequirements(requirement: SlsaProvenanceRequirement, facts: BuildFacts, context: RequirementContext): NamedOutcome {
  const builder = trustedBuilder(requirement, facts);
  const outcomes = namedRequirements(requirement).map((name): NamedOutcome => {
    if (name !== 'twoPersonReview') {
      const unmet = BUILD_REQUIREMENTS[name]({ facts, builder });
      return { findings: unmet === undefined ? [] : [{ unmet: name, ...unmet }], used: [] };
    }
    if (requirement.sourceReview === undefined) throw new Error('a review is asked for without a verifier: the schema refuses that');
    const review = checkSourceReview(requirement.sourceReview, facts, context);
    return review.met ? { findings: [], used: [review.used] } : { findings: [{ unmet: name, ...review.unmet }], used: [] };
  });
  return { findings: outcomes.flatMap(({ findings }) => findings), used: outcomes.flatMap(({ used }) => used) };
}

/** A build that ended after its provenance was signed is not the one that was signed for. */
function signedTooEarly([builtAt]: readonly GivenTime[], signedAt: string | undefined) {
  if (builtAt === undefined || signedAt === undefined) return [];
  if (builtAt.time.getTime() <= Date.parse(signedAt) + MAX_CLOCK_SKEW_MS) return [];
  const certificate = `signed at ${signedAt}`;
  const predicate = builtAt.time.toISOString();
  return [{ code: 'provenance-contradiction' as const, field: 'time of the build', certificate, predicate, where: builtAt.where }];
}
