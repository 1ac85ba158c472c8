import { z } from 'zod';

export const evaluationSchema = z.strictObject({}).describe('Evaluation results of the model');

export type EvaluationRequirement = z.output<typeof evaluationSchema>;
