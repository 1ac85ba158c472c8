import * as z from 'zod/mini';
import { durationSchema } from '../duration';
import { flag, someOf } from '../fieldSchemas';
import { metricsSchema } from './metrics';
import { whenUsed } from '../whenUsed';

/** SPDX ids, `LicenseRef-…`, and an exception: `Apache-2.0 WITH LLVM-exception`. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
const licenseId = whenUsed(() =>
  z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,99}(?: WITH [A-Za-z0-9][A-Za-z0-9.-]{0,99})?$/, 'expected an SPDX license id: Apache-2.0'),
    ),
);

export const modelCardSchema = whenUsed(() =>
  z
    .strictObject({
      licenses: someOf(licenseId, 'SPDX ids of which the license of the card must be one'),
      requireDataHash: flag('Whether the card must state the hash of its training data'),
      metrics: z.optional(metricsSchema).check(z.describe('Bounds of metrics under performance of the card, by name')),
      maxReviewAge: z.optional(durationSchema('How long ago the last security review may be')),
      requireLimitations: flag('Whether the card must list known limitations'),
      consistentWithProvenance: flag(
        'Whether commit and build of the card must be those of an SLSA provenance that this policy requires too',
      ),
    })
    .check(z.describe('Model card')),
);

export type ModelCardRequirement = z.output<typeof modelCardSchema>;
