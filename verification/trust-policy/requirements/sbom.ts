import * as z from 'zod/mini';
import { durationSchema } from '../duration';
import { whenUsed } from '../whenUsed';

/** `sbom`: the newest of the bills of materials that holds is enough; docs/trust-policy.md, "SBOM". */
export const sbomSchema = whenUsed(() =>
  z
    .strictObject({
      formats: z
        ._default(z.array(z.enum(['cyclonedx', 'spdx'])).check(z.minLength(1)), ['cyclonedx', 'spdx'])
        .check(z.describe('Accepted formats; default: both')),
      maxAge: z.optional(durationSchema('Highest age by its own timestamp; default: any')),
      minComponents: z
        ._default(z.int().check(z.minimum(1), z.maximum(1_000_000)), 1)
        .check(z.describe('Components that it must list at least; default 1')),
    })
    .check(z.describe('Software bill of materials, CycloneDX or SPDX')),
);

export type SbomRequirement = z.output<typeof sbomSchema>;
