import { z } from 'zod';

export const slsaProvenanceSchema = z.strictObject({}).describe('SLSA provenance of the build');

export type SlsaProvenanceRequirement = z.output<typeof slsaProvenanceSchema>;
