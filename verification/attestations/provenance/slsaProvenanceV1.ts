import type { PredicateFields, Stated } from './slsaProvenanceFields';
import { findSourceDependency, normaliseRepository, parseSourceUri, readCommit } from './slsaProvenanceSource';
import type { StatedBuild } from './statedBuild';

const PARAMETERS = ['buildDefinition', 'externalParameters'] as const;

/**
 * Provenance v1: https://slsa.dev/spec/v1.1/provenance. Where the source stands is up to the build type; known are GitHub's `workflow`
 * (https://actions.github.io/buildtypes/workflow/v1), Cloud Build's and Tekton's `buildConfigSource`, BuildKit's `configSource` and the
 * `source` of container-based builders.
 */
export function readProvenanceV1(fields: PredicateFields): StatedBuild {
  fields.requireObject(...PARAMETERS);
  const config = readConfig(fields);
  const dependency = findSourceDependency(fields, ['buildDefinition', 'resolvedDependencies'], config.repository?.value);
  const dependencySource = dependency && { value: dependency.source.repository, path: dependency.uri.path };
  const dependencyRef = dependency?.source.ref === undefined ? undefined : { value: dependency.source.ref, path: dependency.uri.path };
  const finished = fields.time('runDetails', 'metadata', 'finishedOn');
  const started = fields.time('runDetails', 'metadata', 'startedOn');
  return withoutAbsent({
    builderId: fields.requiredText('runDetails', 'builder', 'id'),
    buildType: fields.requiredText('buildDefinition', 'buildType'),
    sourceRepository: config.repository ?? dependencySource,
    // GitHub writes the ref of the workflow file beside `workflow`, and the ref of the source into the dependency.
    sourceRef: dependencyRef ?? config.ref,
    commit: dependency?.commit ?? config.commit,
    definition: config.path ?? recordedSteps(fields),
    workflow: config.isWorkflow ? config.path : undefined,
    runnerEnvironment: fields.text('buildDefinition', 'internalParameters', 'github', 'runner_environment'),
    trigger: fields.text('buildDefinition', 'internalParameters', 'github', 'event_name'),
    invocation: fields.text('runDetails', 'metadata', 'invocationId'),
    builtAt: finished
      ? { time: finished, path: 'runDetails.metadata.finishedOn' }
      : started && { time: started, path: 'runDetails.metadata.startedOn' },
  });
}

interface BuildConfig {
  readonly repository?: Stated | undefined;
  readonly ref?: Stated | undefined;
  readonly commit?: Stated | undefined;
  readonly path?: Stated | undefined;
  readonly isWorkflow: boolean;
}

function readConfig(fields: PredicateFields): BuildConfig {
  for (const name of ['workflow', 'buildConfigSource'] as const) {
    const repository = fields.text(...PARAMETERS, name, 'repository');
    if (repository === undefined) continue;
    return {
      repository: { ...repository, value: normaliseRepository(repository.value) },
      ref: fields.text(...PARAMETERS, name, 'ref'),
      path: notEmpty(fields.text(...PARAMETERS, name, 'path')),
      isWorkflow: name === 'workflow',
    };
  }
  // BuildKit: a build of a local directory has a path and no repository.
  const path = notEmpty(fields.text(...PARAMETERS, 'configSource', 'path'));
  for (const name of ['configSource', 'source'] as const) {
    const uri = fields.text(...PARAMETERS, name, 'uri');
    const source = uri === undefined ? undefined : parseSourceUri(uri.value);
    if (uri === undefined || source === undefined) continue;
    return {
      repository: { value: source.repository, path: uri.path },
      ref: source.ref === undefined ? undefined : { value: source.ref, path: uri.path },
      commit: readCommit(fields, ...PARAMETERS, name, 'digest'),
      path: path ?? notEmpty(fields.text(...PARAMETERS, 'configPath')),
      isWorkflow: false,
    };
  }
  return { path, isWorkflow: false };
}

/** BuildKit with `mode=max` writes down what it ran. */
function recordedSteps(fields: PredicateFields): Stated | undefined {
  const path = ['buildDefinition', 'internalParameters', 'buildConfig'] as const;
  return fields.hasObject(...path) ? { value: 'recorded steps', path: path.join('.') } : undefined;
}

export const notEmpty = (stated: Stated | undefined): Stated | undefined => (stated?.value === '' ? undefined : stated);

type Loose<T> = { readonly [Key in keyof T]: T[Key] | undefined };

/** Leaves fields out that have no value, so that "not stated" has one form. */
export function withoutAbsent(build: Loose<StatedBuild> & Pick<StatedBuild, 'builderId' | 'buildType'>): StatedBuild {
  return Object.fromEntries(Object.entries(build).filter(([, value]) => value !== undefined)) as unknown as StatedBuild;
}
