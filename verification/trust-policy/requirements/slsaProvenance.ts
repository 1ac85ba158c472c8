import * as z from 'zod/mini';
import { durationSchema } from '../duration';
import { someOf } from '../fieldSchemas';
import { patternProblem } from '../identity';
import { hasUnprintable, quoted } from '../messageText';
import { whenUsed } from '../whenUsed';

/** What a level asks for, one by one; a policy may also name them itself. */
export const SLSA_REQUIREMENTS = [
  'scriptedBuild',
  'provenanceExists',
  'hosted',
  'authenticated',
  'versionedSource',
  'isolatedBuilder',
  'nonFalsifiable',
  'twoPersonReview',
] as const;
export type SlsaRequirementName = (typeof SLSA_REQUIREMENTS)[number];

/**
 * The requirements of each level, lower levels included. Level 3 is that of SLSA 0.1 and of most compliance lists, with review of the
 * source; Build Level 3 of SLSA 1.x is `level: 2` with `requires: [isolatedBuilder, nonFalsifiable]`.
 */
const LEVEL_1: readonly SlsaRequirementName[] = ['scriptedBuild', 'provenanceExists'];
const LEVEL_2: readonly SlsaRequirementName[] = [...LEVEL_1, 'hosted', 'authenticated', 'versionedSource'];
const LEVEL_3: readonly SlsaRequirementName[] = [...LEVEL_2, 'isolatedBuilder', 'nonFalsifiable', 'twoPersonReview'];
const LEVELS = { 1: LEVEL_1, 2: LEVEL_2, 3: LEVEL_3 } as const;

/** Builder level from which a named requirement may be believed. */
export const ISOLATED_BUILDER_LEVEL = 3;
export const HOSTED_BUILDER_LEVEL = 2;

/** SLSA 1.2 source track, and the verified property that says only this: https://slsa.dev/spec/v1.2/source-requirements */
const TWO_PERSON_REVIEW_LEVELS = ['SLSA_SOURCE_LEVEL_4', 'SLSA_SOURCE_TWO_PARTY_REVIEWED'];

/** A text that is compared exactly: what nobody sees in it would make it equal nothing. */
export const exactText = (description: string) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(2_048),
    z.superRefine((value, context) => {
      if (hasUnprintable(value) || value.trim() !== value) {
        context.addIssue({ code: 'custom', message: `expected one line without spaces around it, got ${quoted(value)}` });
      }
    }),
    z.describe(description),
  );

const level = (description: string) => z.literal([1, 2, 3]).check(z.describe(description));

const builder = whenUsed(() =>
  z
    .strictObject({
      id: exactText('Exact builder id: the URI of the workflow that builds, with its ref'),
      level: level('SLSA build level up to which you trust this builder; 3 means isolated, and that tenants cannot write its provenance'),
      authorities: someOf(
        exactText('Name of an authority of this policy'),
        'Authorities that speak for this builder although no certificate names it: the key of a build service, say',
      ),
    })
    .check(z.describe('A builder that you trust')),
);

const sourceReview = whenUsed(() =>
  z
    .strictObject({
      verifier: exactText('Exact verifier.id of the verification summary'),
      authority: exactText('Authority of this policy that signs for this verifier'),
      levels: z
        ._default(z.array(exactText('An entry of verifiedLevels')).check(z.minLength(1)), TWO_PERSON_REVIEW_LEVELS)
        .check(
          z.describe(
            'Any of these in verifiedLevels says that two people reviewed; default: SLSA_SOURCE_LEVEL_4 or SLSA_SOURCE_TWO_PARTY_REVIEWED',
          ),
        ),
      maxAge: z.optional(durationSchema('Greatest age of the summary')),
    })
    .check(z.describe('Who says that two people reviewed the source: a verification summary that another entry of attestations verifies')),
);

export const slsaProvenanceSchema = whenUsed(() =>
  z
    .strictObject({
      level: z.optional(level('SLSA level: 1, 2 or 3')),
      requires: someOf(z.enum(SLSA_REQUIREMENTS), 'Requirements by name, in addition to those of the level'),
      builders: someOf(builder, 'The builder must be one of these'),
      buildTypes: someOf(exactText('Exact buildType URI'), 'The build type must be one of these'),
      sourceRepository: z.optional(exactText('Repository that the image was built from: https://github.com/acme/ml-models')),
      sourceRef: z.optional(exactText('Exact git ref: refs/heads/main')),
      sourceRefRegExp: z.optional(
        exactText('Regular expression (RE2) over the whole git ref; anchored at both ends. Prefer `sourceRef`.').check(
          z.superRefine((value, context) => {
            const message = patternProblem(value);
            if (message !== undefined) context.addIssue({ code: 'custom', message });
          }),
        ),
      ),
      workflow: z.optional(exactText('Path of the workflow in the source repository: .github/workflows/release.yml')),
      runnerEnvironment: z.optional(z.enum(['github-hosted', 'gitlab-hosted']).check(z.describe('Kind of machine that ran the build'))),
      triggers: someOf(exactText('Name of an event: push'), 'Events that may start the build'),
      maxAge: z.optional(durationSchema('Greatest age of the build')),
      sourceReview: z.optional(sourceReview),
    })
    .check(
      z.superRefine((requirement, context) => {
        for (const { path, message } of requirementProblems(requirement)) {
          context.addIssue({ code: 'custom', path: [...path], message });
        }
      }),
      z.describe('SLSA provenance of the build'),
    ),
);

export type SlsaProvenanceRequirement = z.output<typeof slsaProvenanceSchema>;

/** The named requirements that a policy asks for, in the order of the levels. */
export function namedRequirements({
  level: wanted,
  requires = [],
  sourceReview: review,
}: Pick<SlsaProvenanceRequirement, 'level' | 'requires' | 'sourceReview'>): readonly SlsaRequirementName[] {
  const names = new Set([...(wanted === undefined ? [] : LEVELS[wanted]), ...requires, ...(review ? ['twoPersonReview'] : [])]);
  return SLSA_REQUIREMENTS.filter((name) => names.has(name));
}

/** Requirements that could never be met, or that say nothing: told when the policy is read, not on the day of the deployment. */
function requirementProblems(
  requirement: SlsaProvenanceRequirement,
): readonly { readonly path: readonly string[]; readonly message: string }[] {
  const names = namedRequirements(requirement);
  const { builders = [], sourceReview: review } = requirement;
  const problems = [];
  if (Object.keys(requirement).length === 0) {
    problems.push({ path: [], message: 'expected at least one rule, for example level: 2, got none: any provenance would do' });
  }
  if (names.includes('twoPersonReview') && review === undefined) {
    const message =
      'is missing: two-person review is asked for (level 3), and a build cannot attest it; name the verifier, or use level: 2 with requires: [isolatedBuilder, nonFalsifiable]';
    problems.push({ path: ['sourceReview'], message });
  }
  const isolated = names.filter((name) => name === 'isolatedBuilder' || name === 'nonFalsifiable');
  if (isolated.length > 0 && !builders.some((item) => item.level >= ISOLATED_BUILDER_LEVEL)) {
    const message = `expected a builder of level ${ISOLATED_BUILDER_LEVEL}, got none: provenance does not prove ${isolated.join(' and ')}, only you can say which builder you trust for it`;
    problems.push({ path: ['builders'], message });
  }
  if (requirement.sourceRef !== undefined && requirement.sourceRefRegExp !== undefined) {
    problems.push({ path: ['sourceRef'], message: 'expected either sourceRef or sourceRefRegExp, got both' });
  }
  const repeated = builders.find(({ id }, index) => builders.findIndex((other) => other.id === id) !== index);
  if (repeated !== undefined) {
    problems.push({ path: ['builders'], message: `expected each builder once, got ${quoted(repeated.id)} a second time` });
  }
  return problems;
}
