import * as z from 'zod';
import { durationSchema } from '../duration';
import { metricsSchema } from './metrics';
import { whenUsed } from '../whenUsed';

export const evaluationSchema = whenUsed(() =>
  z
    .strictObject({
      metrics: metricsSchema.optional().describe('Bounds of metrics, by name; only evaluations in our own predicate type state metrics'),
      dataset: z.string().min(1).max(2_048).optional().describe('Exact uri, download location or name of the evaluation data'),
      datasetHash: z
        .string()
        .regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 lower-case hexadecimal digits')
        .optional()
        .describe('Hash of the evaluation data: sha256:…'),
      maxAge: durationSchema('How long ago the evaluation may be').optional(),
    })
    .describe('Evaluation results of the model, which must have passed'),
);

export type EvaluationRequirement = z.output<typeof evaluationSchema>;
