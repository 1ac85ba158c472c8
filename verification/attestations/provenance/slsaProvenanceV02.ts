import type { PredicateFields } from './slsaProvenanceFields';
import { findSourceDependency, parseSourceUri, readCommit } from './slsaProvenanceSource';
import { notEmpty, withoutAbsent } from './slsaProvenanceV1';
import type { StatedBuild } from './statedBuild';

const CONFIG_SOURCE = ['invocation', 'configSource'] as const;
const ENVIRONMENT = ['invocation', 'environment'] as const;
const GITHUB_WORKFLOWS = '.github/workflows/';

/** Provenance v0.2: https://slsa.dev/spec/v0.2/provenance, with the `environment` of slsa-github-generator. */
export function readProvenanceV02(fields: PredicateFields): StatedBuild {
  const uri = fields.text(...CONFIG_SOURCE, 'uri');
  const source = uri === undefined ? undefined : parseSourceUri(uri.value);
  const material = findSourceDependency(fields, ['materials'], source?.repository);
  const entryPoint = notEmpty(fields.text(...CONFIG_SOURCE, 'entryPoint'));
  const found = source !== undefined && uri !== undefined ? { source, uri } : material;
  const finished = fields.time('metadata', 'buildFinishedOn');
  const started = fields.time('metadata', 'buildStartedOn');
  return withoutAbsent({
    builderId: fields.requiredText('builder', 'id'),
    buildType: fields.requiredText('buildType'),
    sourceRepository: found && { value: found.source.repository, path: found.uri.path },
    sourceRef: found?.source.ref === undefined ? undefined : { value: found.source.ref, path: found.uri.path },
    commit: (source && readCommit(fields, ...CONFIG_SOURCE, 'digest')) ?? material?.commit,
    definition: entryPoint ?? (fields.hasObject('buildConfig') ? { value: 'recorded steps', path: 'buildConfig' } : undefined),
    workflow: entryPoint?.value.startsWith(GITHUB_WORKFLOWS) ? entryPoint : undefined,
    runnerEnvironment: undefined,
    trigger: fields.text(...ENVIRONMENT, 'github_event_name'),
    invocation: fields.text('metadata', 'buildInvocationId'),
    builtAt: finished
      ? { time: finished, path: 'metadata.buildFinishedOn' }
      : started && { time: started, path: 'metadata.buildStartedOn' },
  });
}
