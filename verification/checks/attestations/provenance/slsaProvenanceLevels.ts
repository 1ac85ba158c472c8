import type { BuildFacts } from '../../../attestations/provenance/slsaProvenanceFacts';
import { HOSTED_BUILDER_LEVEL, ISOLATED_BUILDER_LEVEL } from '../../../trust-policy/requirements/slsaProvenance';
import type { SlsaProvenanceRequirement, SlsaRequirementName } from '../../../trust-policy/requirements/slsaProvenance';

/** Why a named requirement is not met. */
export interface Unmet {
  readonly expected: string;
  readonly found: string;
  readonly where: string;
}

type TrustedBuilder = NonNullable<SlsaProvenanceRequirement['builders']>[number];

/** A build with the entry of the policy that trusts its builder, if there is one. */
interface AssessedBuild {
  readonly facts: BuildFacts;
  readonly builder: TrustedBuilder | undefined;
}

/** Environments that the certificate authority names for machines of the CI service itself, fresh for every job. */
const HOSTED_RUNNERS: ReadonlySet<string> = new Set(['github-hosted', 'gitlab-hosted']);

/** The entry of `builders` for a build; none when nobody stands behind the builder's name. */
export function trustedBuilder({ builders = [] }: SlsaProvenanceRequirement, facts: BuildFacts): TrustedBuilder | undefined {
  if (facts.voucher.by === 'nobody') return undefined;
  const [best] = builders.filter(({ id }) => facts.builderIds.includes(id)).sort((a, b) => b.level - a.level);
  return best;
}

/** The requirements that one provenance can answer by itself; review of the source is told by somebody else. */
type BuildRequirement = Exclude<SlsaRequirementName, 'twoPersonReview'>;

/**
 * The named requirements of the SLSA levels, one by one. The predicate alone never lifts a build above level 1: hosting and isolation are
 * believed from the certificate or because the policy trusts the builder.
 */
export const BUILD_REQUIREMENTS: { readonly [Name in BuildRequirement]: (build: AssessedBuild) => Unmet | undefined } = {
  scriptedBuild: ({ facts }) =>
    facts.definition === undefined
      ? { expected: 'a build definition: a workflow, a file in the source, or recorded steps', found: 'none is named', where: 'predicate' }
      : undefined,

  // Being here proves it: no provenance at all is `attestation-missing`, an unreadable one `predicate-malformed`.
  provenanceExists: () => undefined,

  hosted: ({ facts: { runnerEnvironment: runner, builder: found }, builder }) => {
    const expected = `a runner of the CI service by certificate, or a builder that the policy trusts for level ${HOSTED_BUILDER_LEVEL}`;
    if (runner !== undefined && isSelfHosted(runner.value)) return { expected, found: `a ${runner.value} runner`, where: runner.where };
    if (runner !== undefined && runner.where.startsWith('certificate') && HOSTED_RUNNERS.has(runner.value)) return undefined;
    return atLeast(builder, HOSTED_BUILDER_LEVEL)
      ? undefined
      : { expected, found: builderInWords(found.value, builder), where: found.where };
  },

  // The signature itself has been verified; what is asked here is whether it is the builder's.
  authenticated: ({ facts: { voucher, builder } }) =>
    voucher.by === 'nobody'
      ? { expected: 'a signer that stands for the builder', found: `${builder.value}, claimed by another signer`, where: builder.where }
      : undefined,

  versionedSource: ({ facts: { sourceRepository, commit } }) => {
    const expected = 'a source repository and a commit';
    if (sourceRepository === undefined) return { expected, found: 'no source repository', where: 'certificate and predicate' };
    return commit === undefined
      ? { expected, found: `${sourceRepository.value} without commit`, where: sourceRepository.where }
      : undefined;
  },

  isolatedBuilder: ({ facts: { runnerEnvironment: runner, builder: found }, builder }) => {
    const expected = `a fresh machine of the CI service, and a builder that the policy trusts for level ${ISOLATED_BUILDER_LEVEL}`;
    // What a former job left behind on a machine of one's own can change this build.
    if (runner !== undefined && !HOSTED_RUNNERS.has(runner.value)) {
      return { expected, found: `a ${runner.value} runner`, where: runner.where };
    }
    return atLeast(builder, ISOLATED_BUILDER_LEVEL)
      ? undefined
      : { expected, found: builderInWords(found.value, builder), where: found.where };
  },

  nonFalsifiable: ({ facts: { signedByTenant, builder: found }, builder }) => {
    const expected = `a builder that the policy trusts for level ${ISOLATED_BUILDER_LEVEL}, apart from the workflow that it builds`;
    if (!atLeast(builder, ISOLATED_BUILDER_LEVEL)) return { expected, found: builderInWords(found.value, builder), where: found.where };
    return signedByTenant
      ? { expected, found: `${found.value} signed for itself: any of its steps could have written this`, where: found.where }
      : undefined;
  },
};

const isSelfHosted = (runner: string): boolean => runner === 'self-hosted';

const atLeast = (builder: TrustedBuilder | undefined, level: number): boolean => builder !== undefined && builder.level >= level;

const builderInWords = (id: string, builder: TrustedBuilder | undefined): string =>
  builder === undefined
    ? `${id}, which builders does not list for this signer`
    : `${id}, which the policy trusts for level ${builder.level}`;
