import { z } from 'zod';

export const modelCardSchema = z.strictObject({}).describe('Model card');

export type ModelCardRequirement = z.output<typeof modelCardSchema>;
