import type { RequirementTypes } from '../../../verification/trust-policy';
import type { AttestationForm } from '../attestations/types';
import { repositoryPattern } from '../attestations/predicateFields';
import { SLSA_PROVENANCE_V1, refPattern } from '../attestations/slsaProvenance';
import { equals, jmesList, jmesValue, matchesWhole, oneOf, textMatches, youngerThan } from './jmesPath';

type Requirement = RequirementTypes['slsaProvenance'];

const WORKFLOW = 'buildDefinition.externalParameters.workflow';

/** SLSA provenance v1 as GitHub writes it. */
export function provenanceForm(requirement: Requirement): AttestationForm {
  const { builders, buildTypes, sourceRepository, workflow, runnerEnvironment, triggers, maxAge } = requirement;
  const github = 'buildDefinition.internalParameters.github';
  const builder = 'runDetails.builder.id';
  return {
    predicateType: SLSA_PROVENANCE_V1,
    conditions: [
      builders === undefined
        ? matchesWhole(builder, '.+')
        : oneOf(
            builder,
            builders.map(({ id }) => id),
          ),
      buildTypes === undefined ? matchesWhole('buildDefinition.buildType', '.+') : oneOf('buildDefinition.buildType', buildTypes),
      ...(sourceRepository === undefined ? [] : [matchesWhole(`${WORKFLOW}.repository`, `^${repositoryPattern(sourceRepository)}$`)]),
      ...sourceRef(requirement),
      ...(workflow === undefined ? [] : [equals(`${WORKFLOW}.path`, workflow)]),
      ...(runnerEnvironment === undefined ? [] : [equals(`${github}.runner_environment`, runnerEnvironment)]),
      ...(triggers === undefined ? [] : [oneOf(`${github}.event_name`, triggers)]),
      ...(maxAge === undefined ? [] : [youngerThan(BUILT, maxAge)]),
    ],
  };
}

/** When the build ended, or began where nothing says when it ended. */
const BUILT = `(${jmesValue('runDetails.metadata.finishedOn')} || ${jmesValue('runDetails.metadata.startedOn')})`;

/** Whether the ref of the source is asked for without naming the source: a filter of JMESPath cannot look it up in another place. */
export const isRefWithoutRepository = ({ sourceRef: exact, sourceRefRegExp, sourceRepository }: Requirement): boolean =>
  (exact !== undefined || sourceRefRegExp !== undefined) && sourceRepository === undefined;

/** The ref stands behind the `@` of the dependency that is the source. Each that is must have it: of two, the wrong one could be the source. */
function sourceRef(requirement: Requirement): readonly string[] {
  const { sourceRepository } = requirement;
  const pattern = refPattern(requirement);
  if (pattern === undefined || sourceRepository === undefined) return [];
  const source = `^${repositoryPattern(sourceRepository)}@`;
  const count = (re2: string) =>
    `length(${jmesList('buildDefinition.resolvedDependencies')}[?type(@) == 'object' && ${textMatches('"uri"', re2)}])`;
  const withRef = `${source}${pattern.replace(/^\^/, '').replace(/\$$/, '')}$`;
  return [`${count(`${source}.*`)} > \`0\``, `${count(`${source}.*`)} == ${count(withRef)}`];
}
