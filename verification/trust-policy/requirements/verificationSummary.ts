import * as z from 'zod/mini';
import { someOf } from '../fieldSchemas';
import { durationSchema } from '../duration';
import { exactText } from './slsaProvenance';
import { whenUsed } from '../whenUsed';

const policy = whenUsed(() =>
  z
    .strictObject({
      uri: z.optional(exactText('Exact policy.uri of the summary')),
      digest: z.optional(
        z
          .string()
          .check(
            z.regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits'),
            z.describe('Digest of the policy: sha256:…'),
          ),
      ),
    })
    .check(
      z.superRefine((value, context) => {
        if (value.uri === undefined && value.digest === undefined) {
          context.addIssue({ code: 'custom', message: 'expected uri or digest, got neither: any policy would do' });
        }
      }),
      z.describe('The policy that the verifier must have applied'),
    ),
);

export const verificationSummarySchema = whenUsed(() =>
  z
    .strictObject({
      verifiers: z
        .array(exactText('Exact verifier.id'))
        .check(z.minLength(1), z.describe('Who may have verified; any one of them suffices')),
      verifiedLevels: someOf(
        exactText('SLSA_BUILD_LEVEL_3, SLSA_SOURCE_LEVEL_4, or a level of your own'),
        'Levels that must have been verified; a higher SLSA level of the same track includes the lower',
      ),
      resourceUri: z.optional(exactText('Exact resourceUri of the summary; default: it must name the repository of the image')),
      policy: z.optional(policy),
      maxAge: z.optional(durationSchema('Greatest age of the verification')),
    })
    .check(z.describe('Verification summary (VSA) by a verifier that you trust')),
);

export type VerificationSummaryRequirement = z.output<typeof verificationSummarySchema>;
