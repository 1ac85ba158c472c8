import * as z from 'zod/mini';
import { refuseVariantsOf } from '../../jsonNames';
import { tooMuch } from '../boundedPredicate';
import { problemOf } from './modelCard';
import type { FieldProblem } from './modelCard';
import { calendarTime } from './modelCardTime';
import type { VerifiedAttestation } from '../types';

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const TEST_RESULT_PREDICATE_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

/** Ours: a test result that also states metrics, data and time. A URN for the reason that `MODEL_CARD_PREDICATE_TYPE` gives. */
export const EVALUATION_PREDICATE_TYPE = 'urn:pulumi-model-supply-chain:evaluation:v1';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
const resource = z.object({
  name: z.optional(z.string()),
  uri: z.optional(z.string()),
  downloadLocation: z.optional(z.string()),
  digest: z.optional(z.record(z.string(), z.string())),
});

const result = z.enum(['PASSED', 'WARNED', 'FAILED'], 'PASSED, WARNED or FAILED');
const failedTests = z.optional(z.array(z.string()));

const testResult = z.object({ result, failedTests, configuration: z.array(resource) });

const evaluation = z.object({
  result,
  failedTests,
  evaluatedAt: z
    .string()
    .check(z.refine((text) => text.includes('T') && calendarTime(text) !== undefined, 'a time with its zone (2025-01-15T10:30:00Z)')),
  dataset: z.optional(resource),
  // Values are read one by one, by the paths that a policy names.
  metrics: z.record(z.string(), z.unknown()),
});

/** An evaluation in either predicate type. */
export interface Evaluation {
  readonly result: 'PASSED' | 'WARNED' | 'FAILED';
  readonly failedTests: readonly string[];
  /** What it ran on: the data of ours, the configuration of a test result. */
  readonly resources: readonly z.output<typeof resource>[];
  /** When it says that it ran; a test result does not say. */
  readonly evaluatedAt?: string;
  /** As signed, for paths into it. */
  readonly metrics: unknown;
}

export type EvaluationReading =
  { readonly ok: true; readonly value: Evaluation } | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const MAX_PROBLEMS = 100;

/** Reads an evaluation; every problem at once. */
export function readEvaluation({ predicateType, predicate }: Pick<VerifiedAttestation, 'predicateType' | 'predicate'>): EvaluationReading {
  const excess = tooMuch(predicate);
  if (excess !== undefined) return { ok: false, problems: [{ path: '', expected: 'an evaluation', found: excess }] };
  const wrong = (error: z.core.$ZodError): EvaluationReading => ({
    ok: false,
    problems: error.issues.slice(0, MAX_PROBLEMS).map((issue) => problemOf(issue, predicate)),
  });
  if (predicateType === TEST_RESULT_PREDICATE_TYPE) {
    const parsed = testResult.safeParse(predicate);
    if (!parsed.success) return wrong(parsed.error);
    const { data } = parsed;
    refuseVariantsOf(data, predicate);
    return {
      ok: true,
      value: { result: data.result, failedTests: data.failedTests ?? [], resources: data.configuration, metrics: undefined },
    };
  }
  const parsed = evaluation.safeParse(predicate);
  if (!parsed.success) return wrong(parsed.error);
  const { data } = parsed;
  refuseVariantsOf(data, predicate);
  return {
    ok: true,
    value: {
      result: data.result,
      failedTests: data.failedTests ?? [],
      resources: data.dataset === undefined ? [] : [data.dataset],
      evaluatedAt: data.evaluatedAt,
      metrics: (predicate as { readonly metrics: unknown }).metrics,
    },
  };
}
