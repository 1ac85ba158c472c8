import * as z from 'zod';
import { durationSchema } from '../duration';
import { metricsSchema } from './metrics';
import { whenUsed } from '../whenUsed';

/** SPDX ids, `LicenseRef-…`, and an exception: `Apache-2.0 WITH LLVM-exception`. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
const licenseId = whenUsed(() =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,99}(?: WITH [A-Za-z0-9][A-Za-z0-9.-]{0,99})?$/, 'expected an SPDX license id: Apache-2.0'),
);

export const modelCardSchema = whenUsed(() =>
  z
    .strictObject({
      licenses: z.array(licenseId).min(1).optional().describe('SPDX ids of which the license of the card must be one'),
      requireDataHash: z.boolean().default(false).describe('Whether the card must state the hash of its training data'),
      metrics: metricsSchema.optional().describe('Bounds of metrics under performance of the card, by name'),
      maxReviewAge: durationSchema('How long ago the last security review may be').optional(),
      requireLimitations: z.boolean().default(false).describe('Whether the card must list known limitations'),
      consistentWithProvenance: z
        .boolean()
        .default(false)
        .describe('Whether commit and build of the card must be those of an SLSA provenance that this policy requires too'),
    })
    .describe('Model card'),
);

export type ModelCardRequirement = z.output<typeof modelCardSchema>;
