import type { RequirementTypes } from '../../../verification/trust-policy';
import { celText } from '../celText';
import { listAt, valueAt, withinBounds, youngerThan } from './predicateFields';
import type { AttestationForm, RenderedRequirement } from './types';
import { USE_SUMMARY } from './types';

export const EVALUATION = 'urn:pulumi-model-supply-chain:evaluation:v1';
export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';

type Requirement = RequirementTypes['evaluation'];

const PASSED = [`${valueAt('result')} == "PASSED"`, `size(${listAt('failedTests')}) == 0`];

/** Evaluation results under our predicate type, or an in-toto test result where that can say enough. */
export function renderEvaluation(requirement: Requirement): RenderedRequirement {
  const { metrics, maxAge } = requirement;
  const own: AttestationForm = {
    predicateType: EVALUATION,
    conditions: [
      ...PASSED,
      ...Object.entries(metrics ?? {}).map(([name, bounds]) => withinBounds(`metrics.${name}`, bounds)),
      ...dataset(requirement, `[${valueAt('dataset')}]`),
      youngerThan(valueAt('evaluatedAt'), maxAge),
    ],
  };
  const testResult: AttestationForm = {
    predicateType: TEST_RESULT,
    conditions: [...PASSED, ...dataset(requirement, listAt('configuration'))],
  };
  const timed = maxAge !== undefined;
  return {
    forms: metrics === undefined && !timed ? [own, testResult] : [own],
    previewOnly: [],
    stricter: timed
      ? [
          {
            what: 'in-toto test results, which do not say when they were made',
            why: 'Kyverno does not tell the time of a signature, by which maxAge would go',
            fix: `attest with ${EVALUATION}; or ${USE_SUMMARY}`,
          },
        ]
      : [],
  };
}

/** One resource must be both the named one and of the hash. */
function dataset({ dataset: name, datasetHash }: Requirement, resources: string): readonly string[] {
  if (name === undefined && datasetHash === undefined) return [];
  const conditions = [
    ...(name === undefined
      ? []
      : [`${celText(name)} in [${['uri', 'downloadLocation', 'name'].map((field) => valueAt(field, 'r')).join(', ')}]`]),
    ...(datasetHash === undefined ? [] : [`${valueAt('digest.sha256', 'r')} == ${celText(datasetHash.replace(/^sha256:/, ''))}`]),
  ];
  return [`${resources}.exists(r, type(r) == map && ${conditions.join(' && ')})`];
}
