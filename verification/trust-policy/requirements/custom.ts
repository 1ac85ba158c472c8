import { z } from 'zod';

export const customSchema = z
  .strictObject({ predicateType: z.string().min(1).max(512).describe('Exact predicate type (a URI)') })
  .describe('An attestation of any other type');

export type CustomRequirement = z.output<typeof customSchema>;
