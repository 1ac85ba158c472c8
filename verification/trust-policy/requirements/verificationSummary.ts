import * as z from 'zod';
import { durationSchema } from '../duration';
import { exactText } from './slsaProvenance';
import { whenUsed } from '../whenUsed';

const policy = whenUsed(() =>
  z
    .strictObject({
      uri: exactText('Exact policy.uri of the summary').optional(),
      digest: z
        .string()
        .regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits')
        .optional()
        .describe('Digest of the policy: sha256:…'),
    })
    .superRefine((value, context) => {
      if (value.uri === undefined && value.digest === undefined) {
        context.addIssue({ code: 'custom', message: 'expected uri or digest, got neither: any policy would do' });
      }
    })
    .describe('The policy that the verifier must have applied'),
);

export const verificationSummarySchema = whenUsed(() =>
  z
    .strictObject({
      verifiers: z.array(exactText('Exact verifier.id')).min(1).describe('Who may have verified; any one of them suffices'),
      verifiedLevels: z
        .array(exactText('SLSA_BUILD_LEVEL_3, SLSA_SOURCE_LEVEL_4, or a level of your own'))
        .min(1)
        .optional()
        .describe('Levels that must have been verified; a higher SLSA level of the same track includes the lower'),
      resourceUri: exactText('Exact resourceUri of the summary; default: it must name the repository of the image').optional(),
      policy: policy.optional(),
      maxAge: durationSchema('Greatest age of the verification').optional(),
    })
    .describe('Verification summary (VSA) by a verifier that you trust'),
);

export type VerificationSummaryRequirement = z.output<typeof verificationSummarySchema>;
