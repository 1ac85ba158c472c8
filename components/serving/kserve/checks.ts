import { shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems } from '../../arguments/argumentProblems';
import { isPlain } from '../../arguments/mapInput';
import type { Input } from '@pulumi/pulumi';
import { KserveKind } from './args';

/** KServe appends `-predictor` to the name, and Services have at most 63 characters. */
const LONGEST_NAME = 63 - '-predictor'.length;

/** Port to which KServe sends what it routes to an LLMInferenceService. */
const LLM_PORT = 8000;

/** Variables that KServe acts on or refuses. */
const REFUSED_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['STORAGE_URI', 'KServe would download from it whatever is there, past every digest; use model'],
  ['PYTHONPATH', 'KServe refuses it, because it puts code of a volume before that of the server'],
]);

/** What of a ModelServing KServe cannot run, or would run less safely. */
export function checkKserve(
  kind: KserveKind,
  serving: { readonly name: string; readonly server: string; readonly port: Input<number>; readonly env: readonly string[] },
  problems: ArgumentProblems,
): void {
  if (serving.name.length > LONGEST_NAME) {
    problems.add('name', {
      expected: `at most ${LONGEST_NAME} characters under KServe, which appends "-predictor"`,
      found: `${serving.name.length} characters`,
      fix: 'rename the component',
    });
  }
  for (const variable of serving.env) {
    const reason = REFUSED_VARIABLES.get(variable);
    if (reason !== undefined) {
      problems.add(`env.${variable}`, { expected: 'no such variable under KServe', found: variable, fix: `remove it: ${reason}` });
    }
  }
  if (kind !== KserveKind.LlmInferenceService) {
    return;
  }
  if (serving.server !== 'vllm') {
    problems.add('server', {
      expected: '"vllm", the server of an LLMInferenceService',
      found: shown(serving.server),
      fix: 'set kserveKind to "InferenceService"',
    });
  }
  if (isPlain(serving.port) && serving.port !== LLM_PORT) {
    problems.add('port', {
      expected: `${LLM_PORT}, to which KServe sends what it routes`,
      found: shown(serving.port),
      fix: 'remove it, or set kserveKind to "InferenceService"',
    });
  }
}
