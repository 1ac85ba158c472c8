import * as z from 'zod/mini';
import { someOf } from '../fieldSchemas';
import { customSchema } from './custom';
import type { CustomRequirement } from './custom';
import { evaluationSchema } from './evaluation';
import type { EvaluationRequirement } from './evaluation';
import { modelCardSchema } from './modelCard';
import type { ModelCardRequirement } from './modelCard';
import { sbomSchema } from './sbom';
import type { SbomRequirement } from './sbom';
import { slsaProvenanceSchema } from './slsaProvenance';
import type { SlsaProvenanceRequirement } from './slsaProvenance';
import { verificationSummarySchema } from './verificationSummary';
import type { VerificationSummaryRequirement } from './verificationSummary';
import { vulnerabilityScanSchema } from './vulnerabilityScan';
import type { VulnerabilityScanRequirement } from './vulnerabilityScan';

/** The kinds of requirement, by the key under which a policy writes them; exactly one of them in each entry of `attestations`. */
export const requirementSchemas = {
  slsaProvenance: z.optional(slsaProvenanceSchema),
  sbom: z.optional(sbomSchema),
  vulnerabilityScan: z.optional(vulnerabilityScanSchema),
  modelCard: z.optional(modelCardSchema),
  evaluation: z.optional(evaluationSchema),
  verificationSummary: z.optional(verificationSummarySchema),
  custom: z.optional(customSchema),
};

export type RequirementKind = keyof typeof requirementSchemas;
export const REQUIREMENT_KINDS = Object.keys(requirementSchemas) as readonly RequirementKind[];

/** What each kind asks for, parsed. */
export interface RequirementTypes {
  readonly slsaProvenance: SlsaProvenanceRequirement;
  readonly sbom: SbomRequirement;
  readonly vulnerabilityScan: VulnerabilityScanRequirement;
  readonly modelCard: ModelCardRequirement;
  readonly evaluation: EvaluationRequirement;
  readonly verificationSummary: VerificationSummaryRequirement;
  readonly custom: CustomRequirement;
}

/** One entry of `attestations`: `{ kind: 'sbom', requirement: … }` and so on. */
export type AttestationRequirement = {
  readonly [Kind in RequirementKind]: {
    readonly name: string;
    /** Names of the authorities of the policy that may have signed it; all of them when the file names none. */
    readonly authorities: readonly string[];
    readonly kind: Kind;
    readonly requirement: RequirementTypes[Kind];
  };
}[RequirementKind];

/** The schema of one entry, without the rule that exactly one kind is set. */
export const requirementEntrySchema = (name: z.ZodMiniType<string>) =>
  z
    .strictObject({
      name,
      authorities: someOf(name, 'Authorities of this policy that may have signed it; default: all of them'),
      ...requirementSchemas,
    })
    .check(z.describe('An attestation that the image must carry: exactly one kind'));
