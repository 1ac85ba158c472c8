import type { Duration } from '../../../verification/trust-policy/duration';
import type { RequirementTypes } from '../../../verification/trust-policy';
import type { AttestationForm } from '../attestations/types';
import { VERIFICATION_SUMMARY } from '../attestations/verificationSummary';
import { re2Literal } from '../celText';
import type { SummarySigner } from '../summary';
import { equals, jmesList, jmesText, jmesValue, oneOf, textMatches, youngerThan } from './jmesPath';

const LEVELS = jmesList('verifiedLevels');
const SLSA_LEVEL = /^(SLSA_[A-Z]+_LEVEL_)(\d)$/;

interface ExpectedSummary {
  readonly verifiers: readonly string[];
  readonly verifiedLevels?: readonly string[] | undefined;
  readonly resourceUri?: string | undefined;
  readonly policy?: { readonly uri?: string | undefined; readonly digest?: string | undefined } | undefined;
  readonly maxAge?: Duration | undefined;
}

/** Verification summaries by other verifiers, as the trust policy asks for them. */
export const summaryForm = (requirement: RequirementTypes['verificationSummary']): AttestationForm => formOf(requirement);

/** Verification summaries of our own gate. */
export const gateSummaryForm = ({ verifierId, policyUri, policyDigest, maxAge }: SummarySigner): AttestationForm =>
  formOf({ verifiers: [verifierId], policy: { uri: policyUri, digest: policyDigest }, maxAge });

function formOf({ verifiers, verifiedLevels = [], resourceUri, policy, maxAge }: ExpectedSummary): AttestationForm {
  return {
    predicateType: VERIFICATION_SUMMARY,
    conditions: [
      oneOf('verifier.id', verifiers),
      equals('verificationResult', 'PASSED'),
      // FAILED among the levels outweighs PASSED.
      `!contains(${LEVELS}, 'FAILED')`,
      resourceUri === undefined ? NAMES_REPOSITORY : equals('resourceUri', resourceUri),
      ...verifiedLevels.map(includesLevel),
      ...(policy?.uri === undefined ? [] : [equals('policy.uri', policy.uri)]),
      ...(policy?.digest === undefined ? [] : [equals('policy.digest.sha256', policy.digest.replace(/^sha256:/, ''))]),
      youngerThan(jmesValue('timeVerified'), maxAge),
    ],
  };
}

const replaced = (re2: string, value: string): string => `regex_replace_all(${jmesText(re2)}, ${value}, '')`;

/** A summary for the image `dev/x` must not admit `prod/x` of the same digest. `image` is the one that Kyverno verifies. */
const NAMES_REPOSITORY = [
  `type(${jmesValue('resourceUri')}) == 'string'`,
  `${replaced('(?::[^/@]*)?(?:@.*)?$', replaced('^(?:oci|docker|https)://', jmesValue('resourceUri')))} == join('/', [image.registry, image.path])`,
].join(' && ');

/** The same level, or a higher one of the same SLSA track. */
function includesLevel(level: string): string {
  const [, track, number] = SLSA_LEVEL.exec(level) ?? [];
  const pattern = track === undefined ? re2Literal(level) : `${re2Literal(track)}(?:[${number ?? ''}-9]|[1-9][0-9])`;
  return `length(${LEVELS}[?${textMatches('@', `^${pattern}$`)}]) > \`0\``;
}
