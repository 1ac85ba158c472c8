import { z } from 'zod';

export const verificationSummarySchema = z.strictObject({}).describe('Verification summary (VSA) by a verifier that you trust');

export type VerificationSummaryRequirement = z.output<typeof verificationSummarySchema>;
