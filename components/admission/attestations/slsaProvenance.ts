import type { RequirementTypes } from '../../../verification/trust-policy';
import { celText, re2Literal } from '../celText';
import { toRe2 } from '../subjectPattern';
import { listAt, matchesWhole, oneOf, repositoryPattern, valueAt, youngerThan } from './predicateFields';
import { USE_SUMMARY } from './types';
import type { Gap, RenderedRequirement } from './types';

export const SLSA_PROVENANCE_V1 = 'https://slsa.dev/provenance/v1';

type Requirement = RequirementTypes['slsaProvenance'];

/** SLSA provenance v1 as GitHub writes it; what rests on the certificate is out of Kyverno's sight. */
export function renderSlsaProvenance(requirement: Requirement): RenderedRequirement {
  return {
    forms: [{ predicateType: SLSA_PROVENANCE_V1, conditions: conditionsOf(requirement) }],
    previewOnly: gaps(requirement),
    stricter: [
      {
        what: 'SLSA provenance v0.2, and v1 in which the source does not stand under externalParameters.workflow',
        why: 'each build type writes the source somewhere else, and the rendered conditions read the place where GitHub writes it',
        fix: `attest provenance v1 of GitHub's build type; or ${USE_SUMMARY}`,
      },
    ],
  };
}

/** When the build ended, or began where nothing says when it ended. */
const BUILT = `cel.bind(f, ${valueAt('runDetails.metadata.finishedOn')}, f == null ? ${valueAt('runDetails.metadata.startedOn')} : f)`;

function conditionsOf(requirement: Requirement): readonly string[] {
  const { builders, buildTypes, sourceRepository, workflow, runnerEnvironment, triggers, maxAge } = requirement;
  const builder = 'runDetails.builder.id';
  return [
    builders === undefined
      ? matchesWhole(builder, '.+')
      : oneOf(
          builder,
          builders.map(({ id }) => id),
        ),
    buildTypes === undefined ? matchesWhole('buildDefinition.buildType', '.+') : oneOf('buildDefinition.buildType', buildTypes),
    ...(sourceRepository === undefined
      ? []
      : [matchesWhole('buildDefinition.externalParameters.workflow.repository', `^${repositoryPattern(sourceRepository)}$`)]),
    ...sourceRef(requirement),
    ...(workflow === undefined ? [] : [`${valueAt('buildDefinition.externalParameters.workflow.path')} == ${celText(workflow)}`]),
    ...(runnerEnvironment === undefined
      ? []
      : [`${valueAt('buildDefinition.internalParameters.github.runner_environment')} == ${celText(runnerEnvironment)}`]),
    ...(triggers === undefined ? [] : [oneOf('buildDefinition.internalParameters.github.event_name', triggers)]),
    ...(maxAge === undefined ? [] : [youngerThan(BUILT, maxAge)]),
  ];
}

/** RE2 for the ref of the source as a whole; undefined where none is asked for, or RE2 reads the pattern otherwise (told as a gap). */
export function refPattern({ sourceRef: exact, sourceRefRegExp }: Requirement): string | undefined {
  if (exact !== undefined) return `^${re2Literal(exact)}$`;
  const pattern = sourceRefRegExp === undefined ? undefined : toRe2(sourceRefRegExp);
  return pattern?.ok === true ? pattern.re2 : undefined;
}

/** The ref of the source stands behind the `@` of the dependency that is the source; `workflow.ref` is that of the workflow file. */
function sourceRef(requirement: Requirement): readonly string[] {
  const pattern = refPattern(requirement);
  if (pattern === undefined) return [];
  const repository = valueAt('buildDefinition.externalParameters.workflow.repository');
  const uri = valueAt('uri', 'd');
  const source = `${listAt('buildDefinition.resolvedDependencies')}.filter(d, type(d) == map && type(${uri}) == string && type(w) == string && ${uri}.startsWith("git+" + w.replace(".git", "") + "@"))`;
  const ref = `s[0].uri.split("@")[1]`;
  return [`cel.bind(w, ${repository}, cel.bind(s, ${source}, size(s) > 0 && ${ref}.matches(${celText(pattern)})))`];
}

function gaps({ level, requires, sourceReview, sourceRefRegExp }: Requirement): readonly Gap[] {
  const named = [
    ...(level === undefined || level === 1 ? [] : [`level ${level}`]),
    ...(requires ?? []),
    ...(sourceReview ? ['sourceReview'] : []),
  ];
  const unread = sourceRefRegExp === undefined ? undefined : toRe2(sourceRefRegExp);
  return [
    ...(named.length === 0
      ? []
      : [
          {
            what: named.join(', '),
            why: 'they rest on what the certificate of the signer says about the build, which Kyverno does not read (additionalExtensions)',
            fix: USE_SUMMARY,
          },
        ]),
    ...(unread === undefined || unread.ok ? [] : [{ what: 'sourceRefRegExp', why: unread.reason, fix: 'write an exact sourceRef' }]),
  ];
}
