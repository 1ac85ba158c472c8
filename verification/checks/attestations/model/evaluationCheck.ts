import { mayBeNewest, signingPeriod } from '../../../attestations/order';
import { EVALUATION_PREDICATE_TYPE, TEST_RESULT_PREDICATE_TYPE, readEvaluation } from '../../../attestations/model/evaluation';
import type { Evaluation } from '../../../attestations/model/evaluation';
import { calendarTime, isInFuture } from '../../../attestations/model/modelCardTime';
import type { AttestationCheck, RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import type { Finding } from '../../../finding';
import type { EvaluationRequirement } from '../../../trust-policy/requirements/evaluation';
import { agedTogether, ageingWarnings, warningsTogether } from '../ageing';
import { metricFindings } from './modelCardMetrics';
import { statedIn } from './modelCardPlace';
import type { StatedIn } from './modelCardPlace';

/**
 * Was the model evaluated, on the right data, lately, and well enough? The newest evaluation decides, also if it failed; of a key, all do, because nothing
 * says which is the newest.
 *
 * Findings: `predicate-malformed`, `evaluation-not-passed`, `model-metric-out-of-range`, `evaluation-dataset-mismatch`, `evaluation-outdated`.
 */
export const evaluationCheck: AttestationCheck<EvaluationRequirement> = {
  // Test results state no metrics, so they cannot meet a bound.
  predicateTypes: ({ metrics }) =>
    metrics === undefined ? [TEST_RESULT_PREDICATE_TYPE, EVALUATION_PREDICATE_TYPE] : [EVALUATION_PREDICATE_TYPE],
  check: (requirement, attestations, context) => {
    const evaluations = mayBeNewest(attestations, (attestation) => signingPeriod(attestation));
    const judged = evaluations.map((attestation) => ({ attestation, findings: evaluationFindings(requirement, attestation, context) }));
    const findings = agedTogether(judged, 'evaluation-outdated').flatMap((candidate) => candidate.findings);
    if (findings.length > 0) return { findings, warnings: [], used: [] };
    return {
      findings,
      warnings: warningsTogether(judged, (attestation) => timeWarnings(requirement, attestation, context)),
      used: evaluations,
    };
  },
};

function evaluationFindings(
  requirement: EvaluationRequirement,
  attestation: VerifiedAttestation,
  context: RequirementContext,
): readonly Finding[] {
  const place = statedIn(attestation, context);
  const read = readEvaluation(attestation);
  if (!read.ok) return read.problems.map((problem): Finding => ({ code: 'predicate-malformed', ...place, ...problem }));
  const evaluation = read.value;
  return [
    ...resultFindings(evaluation, place),
    ...metricFindings(requirement.metrics, evaluation.metrics, 'metrics', place),
    ...datasetFindings(requirement, evaluation, place),
    ...timeFindings(requirement, evaluation, attestation, place, context.now),
  ];
}

/** The specification wants both looked at: `PASSED` beside a failed test contradicts itself. */
function resultFindings({ result, failedTests }: Evaluation, place: StatedIn): readonly Finding[] {
  return result === 'PASSED' && failedTests.length === 0 ? [] : [{ code: 'evaluation-not-passed', ...place, result, failedTests }];
}

/** One resource must be both the named one and of the hash: a right name beside another's right hash proves nothing. */
function datasetFindings({ dataset, datasetHash }: EvaluationRequirement, { resources }: Evaluation, place: StatedIn): readonly Finding[] {
  if (dataset === undefined && datasetHash === undefined) return [];
  const described = resources.map(({ name, uri, downloadLocation, digest }) => ({
    names: [uri, downloadLocation, name].filter((text) => text !== undefined),
    hash: digest !== undefined && Object.hasOwn(digest, 'sha256') ? `sha256:${digest['sha256'] ?? ''}` : undefined,
  }));
  const holds = described.some(
    ({ names, hash }) => (dataset === undefined || names.includes(dataset)) && (datasetHash === undefined || hash === datasetHash),
  );
  if (holds) return [];
  const expected = [dataset, datasetHash].filter((text) => text !== undefined).join(', ');
  const found = described.map(({ names, hash }) => [names[0] ?? 'unnamed data', hash ?? 'no sha256'].join(', '));
  return [{ code: 'evaluation-dataset-mismatch', ...place, expected, found }];
}

function timeFindings(
  { maxAge }: EvaluationRequirement,
  { evaluatedAt }: Evaluation,
  { signedAt }: VerifiedAttestation,
  place: StatedIn,
  now: Date,
): readonly Finding[] {
  const stated = evaluatedAt === undefined ? undefined : calendarTime(evaluatedAt);
  if (evaluatedAt !== undefined && stated !== undefined) {
    // Signing comes after evaluating: a later time than that of the signature would only make the result look fresh.
    const latest = signedAt === undefined ? now : new Date(Math.min(now.getTime(), Date.parse(signedAt)));
    if (isInFuture(stated, latest)) {
      const expected = `a time that is not after ${signedAt === undefined || latest.getTime() === now.getTime() ? 'now' : 'the signature'} (${latest.toISOString()})`;
      return [{ code: 'predicate-malformed', ...place, path: 'evaluatedAt', expected, found: evaluatedAt }];
    }
  }
  if (maxAge === undefined) return [];
  const at = evaluatedAt ?? signedAt;
  if (at === undefined) return [{ code: 'evaluation-outdated', ...place, maxAge: maxAge.text }];
  const ageMs = now.getTime() - Date.parse(at);
  return ageMs > maxAge.milliseconds ? [{ code: 'evaluation-outdated', ...place, evaluated: { at, ageMs }, maxAge: maxAge.text }] : [];
}

function timeWarnings(
  { maxAge }: EvaluationRequirement,
  attestation: VerifiedAttestation,
  context: RequirementContext,
): readonly Finding[] {
  const read = readEvaluation(attestation);
  const at = (read.ok ? read.value.evaluatedAt : undefined) ?? attestation.signedAt;
  return ageingWarnings('evaluation', at === undefined ? undefined : new Date(at), maxAge, attestation.source, context);
}
