import { member } from '../../../json';
import { mayBeNewest, signingPeriod } from '../../../attestations/order';
import { COSIGN_CUSTOM_PREDICATE_TYPE, MODEL_CARD_PREDICATE_TYPE, readModelCard } from '../../../attestations/model/modelCard';
import type { CardReading, FieldProblem } from '../../../attestations/model/modelCard';
import type { ModelCard } from '../../../attestations/model/modelCardSchema';
import { PROVENANCE_PREDICATE_TYPES } from '../../../attestations/model/modelCardProvenance';
import { calendarTime, isInFuture } from '../../../attestations/model/modelCardTime';
import type { AttestationCheck, RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import type { Finding } from '../../../finding';
import type { ModelCardRequirement } from '../../../trust-policy/requirements/modelCard';
import { agedTogether, ageingWarnings, warningsTogether } from '../ageing';
import { metricFindings } from './modelCardMetrics';
import { provenanceFindings } from './modelCardProvenanceCheck';
import { statedIn } from './modelCardPlace';
import type { StatedIn } from './modelCardPlace';

/**
 * Does the model card that the image carries say what the policy wants? Only what a card says is checked, and a card is a claim of its signer:
 * `vulnerability_scan: clean` is not evidence of a scan, and `signed_by` not of a signature. There are requirements for both.
 *
 * The newest card decides; of a key, all do, because nothing says which is the newest. Findings: `predicate-malformed` for each field of a wrong form, `model-card-placeholder`, `model-card-incomplete`,
 * `model-license-not-allowed`, `model-metric-out-of-range`, `model-review-outdated`, `model-card-inconsistent`, `model-card-uncompared`.
 */
export const modelCardCheck: AttestationCheck<ModelCardRequirement> = {
  predicateTypes: () => [COSIGN_CUSTOM_PREDICATE_TYPE, MODEL_CARD_PREDICATE_TYPE],
  supporting: ({ consistentWithProvenance }) => (consistentWithProvenance ? { predicateTypes: PROVENANCE_PREDICATE_TYPES } : undefined),
  check: (requirement, attestations, context) => {
    const readings = new Map(attestations.map((attestation) => [attestation, readModelCard(attestation)]));
    const all = attestations.filter((attestation) => readings.get(attestation)?.kind !== 'not-a-card');
    if (all.length === 0) return { findings: [noCard(attestations[0], context)], warnings: [], used: [] };
    const cards = mayBeNewest(all, (card) => signingPeriod(card));
    const judged = cards.map((attestation) => ({
      attestation,
      findings: cardFindings(requirement, readings.get(attestation), statedIn(attestation, context), context),
    }));
    const findings = agedTogether(judged, 'model-review-outdated').flatMap((candidate) => candidate.findings);
    if (findings.length > 0) return { findings, warnings: [], used: [] };
    const warnings = warningsTogether(judged, (card) => reviewWarnings(requirement, readings.get(card), card.source, context));
    return { findings, warnings, used: cards };
  },
};

function noCard(attestation: VerifiedAttestation, context: RequirementContext): Finding {
  const found = 'a custom attestation about something else';
  return malformed(statedIn(attestation, context), { path: 'Data', expected: 'a model card: a mapping with model_details', found });
}

const malformed = (place: StatedIn, problem: FieldProblem): Finding => ({ code: 'predicate-malformed', ...place, ...problem });

function cardFindings(
  requirement: ModelCardRequirement,
  reading: CardReading | undefined,
  place: StatedIn,
  { now, all }: RequirementContext,
): readonly Finding[] {
  if (reading === undefined || reading.kind === 'not-a-card')
    throw new Error('an attestation about something else was taken for a model card');
  const placeholders = reading.placeholders.map(({ path, found }): Finding => ({ code: 'model-card-placeholder', ...place, path, found }));
  if (reading.kind === 'malformed') return [...reading.problems.map((problem) => malformed(place, problem)), ...placeholders];
  const { card, document } = reading;
  return [
    ...placeholders,
    ...futureFindings(card, place, now),
    ...licenseFindings(requirement, card, place),
    ...statedFindings(requirement, card, place),
    ...metricFindings(requirement.metrics, member(document, 'performance'), 'performance', place),
    ...reviewFindings(requirement, card, place, now),
    ...(requirement.consistentWithProvenance ? provenanceFindings(card, place, all) : []),
  ];
}

/** Past events with a date to come: a mistake, or an attempt never to become outdated. */
function futureFindings({ provenance, security }: ModelCard, place: StatedIn, now: Date): readonly Finding[] {
  const stated = {
    'provenance.build_timestamp': provenance?.build_timestamp,
    'security.last_security_review': security?.last_security_review,
  };
  return Object.entries(stated).flatMap(([path, text]) => {
    const time = text === undefined ? undefined : calendarTime(text);
    if (text === undefined || time === undefined || !isInFuture(time, now)) return [];
    return [malformed(place, { path, expected: `a time that is not in the future (now ${now.toISOString()})`, found: text })];
  });
}

const incomplete = (place: StatedIn, path: string, expected: string): Finding => ({
  code: 'model-card-incomplete',
  ...place,
  path,
  expected,
});

function licenseFindings({ licenses }: ModelCardRequirement, { model_details }: ModelCard, place: StatedIn): readonly Finding[] {
  const found = model_details.license;
  if (licenses === undefined) return [];
  if (found === undefined) return [incomplete(place, 'model_details.license', `one of ${licenses.join(', ')}`)];
  // SPDX ids differ in case only by mistake: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/#d2-case-sensitivity
  if (licenses.some((license) => license.toLowerCase() === found.toLowerCase())) return [];
  return [{ code: 'model-license-not-allowed', ...place, allowed: licenses, found }];
}

function statedFindings(requirement: ModelCardRequirement, { provenance, security }: ModelCard, place: StatedIn): readonly Finding[] {
  const noHash = requirement.requireDataHash && provenance?.training_data?.hash === undefined;
  const noLimitations = requirement.requireLimitations && (security?.known_limitations ?? []).length === 0;
  return [
    ...(noHash ? [incomplete(place, 'provenance.training_data.hash', 'the hash of the training data: sha256:…')] : []),
    ...(noLimitations ? [incomplete(place, 'security.known_limitations', 'at least one limitation')] : []),
  ];
}

function reviewFindings({ maxReviewAge }: ModelCardRequirement, { security }: ModelCard, place: StatedIn, now: Date): readonly Finding[] {
  if (maxReviewAge === undefined) return [];
  const reviewed = security?.last_security_review;
  const time = reviewed === undefined ? undefined : calendarTime(reviewed);
  if (reviewed === undefined || time === undefined) {
    return [incomplete(place, 'security.last_security_review', `the date of a security review of the last ${maxReviewAge.text}`)];
  }
  const ageMs = now.getTime() - time.milliseconds;
  return ageMs > maxReviewAge.milliseconds ? [{ code: 'model-review-outdated', ...place, reviewed, ageMs, maxAge: maxReviewAge.text }] : [];
}

function reviewWarnings(
  { maxReviewAge }: ModelCardRequirement,
  reading: CardReading | undefined,
  source: string,
  context: RequirementContext,
): readonly Finding[] {
  const reviewed = reading?.kind === 'card' ? calendarTime(reading.card.security?.last_security_review ?? '') : undefined;
  return ageingWarnings('security review', reviewed && new Date(reviewed.milliseconds), maxReviewAge, source, context);
}
