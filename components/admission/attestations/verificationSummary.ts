import type { Duration } from '../../../verification/trust-policy/duration';
import type { RequirementTypes } from '../../../verification/trust-policy';
import { celText, re2Literal } from '../celText';
import { canonicalRepository } from '../imageReferences';
import { listAt, oneOf, valueAt, youngerThan } from './predicateFields';
import type { RenderedRequirement } from './types';

/** https://slsa.dev/spec/v1.1/verification_summary */
export const VERIFICATION_SUMMARY = 'https://slsa.dev/verification_summary/v1';

const LEVELS = listAt('verifiedLevels');
const SLSA_LEVEL = /^(SLSA_[A-Z]+_LEVEL_)(\d)$/;

/** Verification summaries by other verifiers, as the trust policy asks for them. */
export function renderVerificationSummaryRequirement(requirement: RequirementTypes['verificationSummary']): RenderedRequirement {
  const { verifiers, verifiedLevels = [], resourceUri, policy, maxAge } = requirement;
  return {
    forms: [
      { predicateType: VERIFICATION_SUMMARY, conditions: summaryConditions({ verifiers, verifiedLevels, resourceUri, policy, maxAge }) },
    ],
    previewOnly: [],
    stricter: [],
  };
}

/** What a verification summary must say, in CEL; shared with the summaries of our own gate. */
export function summaryConditions(expected: {
  readonly verifiers: readonly string[];
  readonly verifiedLevels: readonly string[];
  readonly resourceUri?: string | undefined;
  readonly policy?: { readonly uri?: string | undefined; readonly digest?: string | undefined } | undefined;
  readonly maxAge?: Duration | undefined;
}): readonly string[] {
  const { policy } = expected;
  return [
    oneOf('verifier.id', expected.verifiers),
    `${valueAt('verificationResult')} == "PASSED"`,
    // FAILED among the levels outweighs PASSED.
    `!${LEVELS}.exists(v, v == "FAILED")`,
    expected.resourceUri === undefined ? namesRepository() : `${valueAt('resourceUri')} == ${celText(expected.resourceUri)}`,
    ...expected.verifiedLevels.map(includesLevel),
    ...(policy?.uri === undefined ? [] : [`${valueAt('policy.uri')} == ${celText(policy.uri)}`]),
    ...(policy?.digest === undefined ? [] : [`${valueAt('policy.digest.sha256')} == ${celText(policy.digest.replace(/^sha256:/, ''))}`]),
    youngerThan(valueAt('timeVerified'), expected.maxAge),
  ];
}

/** A summary for the image `dev/x` must not admit `prod/x` of the same digest. */
function namesRepository(): string {
  const uri = ['oci://', 'docker://', 'https://'].map((scheme) => `.replace(${celText(scheme)}, "", 1)`).join('');
  return `cel.bind(v, ${valueAt('resourceUri')}, type(v) == string && cel.bind(u, v${uri}, ${canonicalRepository('u')}) == ${canonicalRepository('i')})`;
}

/** The same level, or a higher one of the same SLSA track. */
function includesLevel(level: string): string {
  const [, track, number] = SLSA_LEVEL.exec(level) ?? [];
  const pattern = track === undefined ? re2Literal(level) : `${re2Literal(track)}(?:[${number ?? ''}-9]|[1-9][0-9])`;
  return `${LEVELS}.exists(v, type(v) == string && v.matches(${celText(`^${pattern}$`)}))`;
}
