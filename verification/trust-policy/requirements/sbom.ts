import * as z from 'zod';
import { durationSchema } from '../duration';
import { whenUsed } from '../whenUsed';

/** `sbom`: the newest of the bills of materials that holds is enough; docs/trust-policy.md, "SBOM". */
export const sbomSchema = whenUsed(() =>
  z
    .strictObject({
      formats: z
        .array(z.enum(['cyclonedx', 'spdx']))
        .min(1)
        .default(['cyclonedx', 'spdx'])
        .describe('Accepted formats; default: both'),
      maxAge: durationSchema('Highest age by its own timestamp; default: any').optional(),
      minComponents: z.number().int().min(1).max(1_000_000).default(1).describe('Components that it must list at least; default 1'),
    })
    .describe('Software bill of materials, CycloneDX or SPDX'),
);

export type SbomRequirement = z.output<typeof sbomSchema>;
