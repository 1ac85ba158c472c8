import { z } from 'zod';

export const sbomSchema = z.strictObject({}).describe('Software bill of materials, CycloneDX or SPDX');

export type SbomRequirement = z.output<typeof sbomSchema>;
