import type { BuildFacts } from '../../../attestations/provenance/slsaProvenanceFacts';
import { parseSourceUri } from '../../../attestations/provenance/slsaProvenanceSource';
import type { RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import { VERIFICATION_SUMMARY_V1, includesLevel, parseVerificationSummary } from '../../../attestations/provenance/verificationSummary';
import { namesImage } from '../../../attestations/provenance/verificationSummaryResource';
import type { SlsaProvenanceRequirement } from '../../../trust-policy/requirements/slsaProvenance';
import { signingTime, timeObjection } from './slsaProvenanceFreshness';
import type { Unmet } from './slsaProvenanceLevels';
import { overrules } from './verificationSummaryOrder';
import type { ReadSummary } from './verificationSummaryOrder';

type SourceReview = NonNullable<SlsaProvenanceRequirement['sourceReview']>;

/** The summary on which a positive answer rests, or why there is none. */
export type ReviewOutcome =
  { readonly met: true; readonly used: VerifiedAttestation } | { readonly met: false; readonly unmet: Unmet; readonly used?: never };

/**
 * Did two people review the source of this build? A build cannot know; a verifier says so in a summary about this image, for the image or
 * for the source that the provenance names. The pair of verifier and authority is fixed, so that the build workflow cannot write itself one.
 *
 * @see https://slsa.dev/spec/v1.2/verifying-source
 */
export function checkSourceReview(review: SourceReview, facts: BuildFacts, context: RequirementContext): ReviewOutcome {
  const expected = `a verification summary by ${review.verifier} with ${review.levels.join(' or ')}, signed by authority "${review.authority}"`;
  const refuse = (found: string, where: string): ReviewOutcome => ({ met: false, unmet: { expected, found, where } });

  const summaries = context.all.flatMap((attestation): readonly ReadSummary[] => {
    if (attestation.predicateType !== VERIFICATION_SUMMARY_V1 || attestation.authority !== review.authority) return [];
    const summary = parseVerificationSummary(attestation.predicate);
    return 'malformed' in summary || summary.verifierId !== review.verifier ? [] : [{ attestation, summary }];
  });
  if (summaries.length === 0) {
    return refuse('no such summary among the attestations that this policy verifies', 'attestations of type verificationSummary');
  }
  const relevant = summaries.filter(({ summary }) => isAboutBuild(summary.resourceUri, facts, context));
  const [other] = summaries;
  if (relevant.length === 0) return refuse(`a summary about ${other?.summary.resourceUri ?? 'something else'}`, 'resourceUri');

  const failed = relevant.filter(({ summary }) => !summary.passed);
  const passed = relevant.filter(
    ({ summary }) => summary.passed && review.levels.some((level) => includesLevel(summary.verifiedLevels, level)),
  );
  const standing = passed.filter((candidate) => !failed.some((failure) => overrules(failure, candidate)));
  if (standing.length === 0) {
    const levels = [...new Set(relevant.flatMap(({ summary }) => (summary.passed ? summary.verifiedLevels : [])))];
    return failed.length > 0
      ? refuse('the verifier says FAILED, and nothing later', 'verificationResult')
      : refuse(levels.length === 0 ? 'a summary without levels' : levels.slice(0, 10).join(', '), 'verifiedLevels');
  }
  const objections = standing.map(({ attestation, summary }) =>
    timeObjection(
      [{ time: summary.timeVerified, where: 'timeVerified' }, ...signingTime(attestation.signedAt)],
      review.maxAge,
      context.now,
    ),
  );
  const fresh = standing[objections.indexOf(undefined)];
  if (fresh !== undefined) return { met: true, used: fresh.attestation };
  const [objection] = objections;
  return refuse(objection?.found ?? 'no acceptable time', objection?.where ?? 'timeVerified');
}

/** About the image, or about the source of the build: its repository, and its very commit if the URI names one. */
function isAboutBuild(resourceUri: string, { sourceRepository, commit }: BuildFacts, image: RequirementContext): boolean {
  if (namesImage(resourceUri, image)) return true;
  const source = parseSourceUri(resourceUri);
  if (source === undefined || source.repository !== sourceRepository?.value) return false;
  return source.ref === undefined || source.ref === commit?.value;
}
