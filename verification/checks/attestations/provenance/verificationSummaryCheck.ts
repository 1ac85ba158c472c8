import { signingPeriod } from '../../../attestations/order';
import type { AttestationCheck, RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import { VERIFICATION_SUMMARY_V1, includesLevel, parseVerificationSummary } from '../../../attestations/provenance/verificationSummary';
import type { VerificationSummary } from '../../../attestations/provenance/verificationSummary';
import { namesImage } from '../../../attestations/provenance/verificationSummaryResource';
import type { Finding } from '../../../finding';
import { member } from '../../../json';
import { MAX_CLOCK_SKEW_MS } from '../../../sigstore/limits';
import type { VerificationSummaryRequirement } from '../../../trust-policy/requirements/verificationSummary';
import { ageingWarnings } from '../ageing';
import { oldestOf, signingTime, timeObjection } from './slsaProvenanceFreshness';
import { overrules } from './verificationSummaryOrder';
import type { ReadSummary } from './verificationSummaryOrder';

type Requirement = VerificationSummaryRequirement;

/**
 * Verification summaries (VSA): one PASSED by an accepted verifier, for this resource and policy, of the wanted levels and age; and no
 * later FAILED of the same. The signer was held against the authorities of the requirement before, so signer and verifier are a pair, as
 * https://slsa.dev/spec/v1.1/verification_summary#verifier demands.
 *
 * Findings: `predicate-malformed`, `verification-summary-failed`, `verification-summary-mismatch`, `verification-summary-not-fresh`.
 */
export const verificationSummaryCheck: AttestationCheck<Requirement> = {
  predicateTypes: () => [VERIFICATION_SUMMARY_V1],
  check: (requirement, attestations, context) => {
    const readable: ReadSummary[] = [];
    const unreadable: { readonly attestation: VerifiedAttestation; readonly finding: Finding }[] = [];
    for (const attestation of attestations) {
      const summary = parseVerificationSummary(attestation.predicate);
      if (!('malformed' in summary)) readable.push({ attestation, summary });
      else if (mayConcernUs(attestation, requirement)) {
        const { predicateType, source } = attestation;
        const finding: Finding = { code: 'predicate-malformed', ...placeOf(context), predicateType, source, ...summary.malformed };
        unreadable.push({ attestation, finding });
      }
    }
    const judged = readable.map((item) => ({ ...item, scope: scopeFindings(requirement, item, context) }));
    const inScope = judged.filter(({ scope }) => scope.length === 0);
    const failed = inScope.filter(({ summary }) => !summary.passed);
    const passed = inScope
      .filter(({ summary }) => summary.passed)
      .map((item) => ({ ...item, findings: contentFindings(requirement, item, context) }));

    const good = passed.filter(({ findings }) => findings.length === 0);
    const standing = good.filter((item) => !failed.some((failure) => overrules(failure, item)));
    // A summary that cannot be read may say FAILED; only what is known to be older is past.
    const [used] = standing.filter((item) => unreadable.every(({ attestation }) => isOlder(attestation, item)));
    if (used !== undefined) {
      const since = oldestOf(timesOf(used.summary, used.attestation))?.time;
      const warnings = ageingWarnings('verification summary', since, requirement.maxAge, used.attestation.source, context);
      return { findings: [], warnings, used: [used.attestation] };
    }

    // A FAILED is told only if nothing later says PASSED, be it for too little.
    const deciding = failed.filter((failure) => passed.every((item) => overrules(failure, item)));
    const findings: readonly (readonly Finding[])[] = [
      ...(standing.length > 0 ? unreadable.map(({ finding }) => [finding]) : []),
      ...latest(deciding).map((item) => [failedFinding(item, context)]),
      ...byCount(passed.map((item) => item.findings).filter((list) => list.length > 0)),
      ...latest(failed).map((item) => [failedFinding(item, context)]),
      ...unreadable.map(({ finding }) => [finding]),
      ...byCount(judged.map(({ scope }) => scope).filter((scope) => scope.length > 0)),
    ];
    const [told] = findings;
    if (told !== undefined) return { findings: told, warnings: [], used: [] };
    return {
      findings: attestations.slice(0, 1).map((attestation) => otherVerifier(requirement, attestation, context)),
      warnings: [],
      used: [],
    };
  },
};

const placeOf = ({ reference, policy, requirement }: RequirementContext) => ({ reference, policy, requirement });

const byCount = (lists: readonly (readonly Finding[])[]) => [...lists].sort((a, b) => a.length - b.length);

const latest = (items: readonly ReadSummary[]) =>
  [...items].sort((a, b) => b.summary.timeVerified.getTime() - a.summary.timeVerified.getTime()).slice(0, 1);

/** Of a broken summary the verifier may still be legible; one of somebody else's is not about us. */
function mayConcernUs({ predicate }: VerifiedAttestation, { verifiers }: Requirement): boolean {
  const id = member(predicate, 'verifier', 'id');
  return typeof id !== 'string' || verifiers.includes(id);
}

const isOlder = (unreadable: VerifiedAttestation, { attestation, summary }: ReadSummary): boolean =>
  signingPeriod(unreadable).latest < signingPeriod(attestation, summary.timeVerified).earliest;

/** Is it about what the policy asks for: by whom, of which resource, under which policy? A FAILED counts only within that scope. */
function scopeFindings(requirement: Requirement, { attestation, summary }: ReadSummary, context: RequirementContext): readonly Finding[] {
  const { verifiers, resourceUri, policy } = requirement;
  const sameResource = resourceUri === undefined ? namesImage(summary.resourceUri, context) : summary.resourceUri === resourceUri;
  return [
    ...mismatch(verifiers.includes(summary.verifierId), 'verifier.id', verifiers, summary.verifierId),
    ...mismatch(sameResource, 'resourceUri', [resourceUri ?? `the repository of ${context.reference}`], summary.resourceUri),
    ...mismatch(policy?.uri === undefined || summary.policyUri === policy.uri, 'policy.uri', [policy?.uri ?? ''], summary.policyUri),
  ].map((finding) => ({ ...finding, ...placeOf(context), source: attestation.source, signer: attestation.signer }));
}

/** Does a PASSED say enough: the policy version, the levels, the age? */
function contentFindings(requirement: Requirement, { attestation, summary }: ReadSummary, context: RequirementContext): readonly Finding[] {
  const { policy, verifiedLevels = [], maxAge } = requirement;
  const place = { ...placeOf(context), source: attestation.source, signer: attestation.signer };
  const { policyDigest = 'no sha256 digest', verifiedLevels: levels } = summary;
  const missing = verifiedLevels.filter((level) => !includesLevel(levels, level));
  const objection = summaryTimeObjection(summary, attestation, requirement, context.now);
  return [
    ...[
      ...mismatch(policy?.digest === undefined || policyDigest === policy.digest, 'policy.digest', [policy?.digest ?? ''], policyDigest),
      ...mismatch(missing.length === 0, 'verifiedLevels', missing, levels.length === 0 ? 'no level' : levels.slice(0, 10).join(', ')),
    ].map((finding) => ({ ...finding, ...place })),
    ...(objection === undefined
      ? []
      : [{ code: 'verification-summary-not-fresh' as const, ...place, ...(maxAge && { maxAge: maxAge.text }), ...objection }]),
  ];
}

const timesOf = ({ timeVerified }: VerificationSummary, { signedAt }: VerifiedAttestation) => [
  { time: timeVerified, where: 'timeVerified' },
  ...signingTime(signedAt),
];

function summaryTimeObjection(summary: VerificationSummary, attestation: VerifiedAttestation, { maxAge }: Requirement, now: Date) {
  const { timeVerified } = summary;
  const { signedAt } = attestation;
  if (signedAt !== undefined && timeVerified.getTime() > Date.parse(signedAt) + MAX_CLOCK_SKEW_MS) {
    return { found: `${timeVerified.toISOString()}, later than its signature of ${signedAt}`, where: 'timeVerified' };
  }
  return timeObjection(timesOf(summary, attestation), maxAge, now);
}

const mismatch = (holds: boolean, field: string, expected: readonly string[], found: string) =>
  holds ? [] : [{ code: 'verification-summary-mismatch' as const, field, expected, found }];

function failedFinding({ attestation, summary }: ReadSummary, context: RequirementContext): Finding {
  return {
    code: 'verification-summary-failed',
    ...placeOf(context),
    source: attestation.source,
    signer: attestation.signer,
    verifier: summary.verifierId,
    policyUri: summary.policyUri,
    timeVerified: summary.timeVerified.toISOString(),
  };
}

/** Nothing but broken summaries of other verifiers. */
function otherVerifier(
  { verifiers }: Requirement,
  { predicate, source, signer }: VerifiedAttestation,
  context: RequirementContext,
): Finding {
  const found = String(member(predicate, 'verifier', 'id')).slice(0, 200);
  return { code: 'verification-summary-mismatch', field: 'verifier.id', expected: verifiers, found, ...placeOf(context), source, signer };
}
