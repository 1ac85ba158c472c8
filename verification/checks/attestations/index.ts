import type {
  AttestationCheck,
  RequirementContext,
  RequirementResult,
  SupportingAttestations,
  VerifiedAttestation,
} from '../../attestations/types';
import type { AttestationRequirement, RequirementKind, RequirementTypes } from '../../trust-policy/requirements';
import { customCheck } from './customCheck';
import { evaluationCheck } from './model/evaluationCheck';
import { modelCardCheck } from './model/modelCardCheck';
import { sbomCheck } from './sbomCheck';
import { slsaProvenanceCheck } from './provenance/slsaProvenanceCheck';
import { verificationSummaryCheck } from './provenance/verificationSummaryCheck';
import { vulnerabilityScanCheck } from './vulnerabilities/vulnerabilityScanCheck';

/** The check of every kind of requirement. A new kind is a schema, a check, its findings and their pages, and one line here. */
const CHECKS: { readonly [Kind in RequirementKind]: AttestationCheck<RequirementTypes[Kind]> } = {
  slsaProvenance: slsaProvenanceCheck,
  sbom: sbomCheck,
  vulnerabilityScan: vulnerabilityScanCheck,
  modelCard: modelCardCheck,
  evaluation: evaluationCheck,
  verificationSummary: verificationSummaryCheck,
  custom: customCheck,
};

/** Kind and requirement of an entry belong together, which TypeScript cannot follow over a union of keys. */
const checkOf = (entry: AttestationRequirement) => CHECKS[entry.kind] as AttestationCheck<AttestationRequirement['requirement']>;

/** The exact predicate types that satisfy a requirement. */
export const predicateTypesOf = (entry: AttestationRequirement): readonly string[] => checkOf(entry).predicateTypes(entry.requirement);

/** Further attestations of which the check of a requirement needs to know. */
export const supportingOf = (entry: AttestationRequirement): SupportingAttestations | undefined =>
  checkOf(entry).supporting?.(entry.requirement);

/** Holds verified attestations of the right types, newest first, against a requirement. */
export function runCheck(
  entry: AttestationRequirement,
  attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]],
  context: RequirementContext,
): RequirementResult {
  return checkOf(entry).check(entry.requirement, attestations, context);
}
