import * as z from 'zod/mini';
import { durationSchema } from '../duration';
import { metricsSchema } from './metrics';
import { whenUsed } from '../whenUsed';

export const evaluationSchema = whenUsed(() =>
  z
    .strictObject({
      metrics: z
        .optional(metricsSchema)
        .check(z.describe('Bounds of metrics, by name; only evaluations in our own predicate type state metrics')),
      dataset: z.optional(
        z.string().check(z.minLength(1), z.maxLength(2_048), z.describe('Exact uri, download location or name of the evaluation data')),
      ),
      datasetHash: z.optional(
        z
          .string()
          .check(
            z.regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 lower-case hexadecimal digits'),
            z.describe('Hash of the evaluation data: sha256:…'),
          ),
      ),
      maxAge: z.optional(durationSchema('How long ago the evaluation may be')),
    })
    .check(z.describe('Evaluation results of the model, which must have passed')),
);

export type EvaluationRequirement = z.output<typeof evaluationSchema>;
