import { AmbiguousName, quotedName } from '../../jsonNames';
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

/**
 * Holds verified attestations of the right types, newest first, against a requirement. Checks read predicates through `member`, which throws
 * where a field has a second spelling: which of the two counts, depends on who reads it.
 */
export function runCheck(
  entry: AttestationRequirement,
  attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]],
  context: RequirementContext,
): RequirementResult {
  try {
    return checkOf(entry).check(entry.requirement, attestations, context);
  } catch (error) {
    if (!(error instanceof AmbiguousName)) throw error;
    const { predicateType, source } = attestations.find(({ predicate }) => isWithin(predicate, error.object)) ?? attestations[0];
    const { reference, policy, requirement } = context;
    const found = `${quotedName(error.twin)}, which some parsers read in its place`;
    const place = { reference, policy, requirement, predicateType, source };
    return {
      findings: [{ code: 'predicate-malformed', ...place, path: error.field, expected: 'the field once, and in this spelling', found }],
      warnings: [],
      used: [],
    };
  }
}

/** Whether an object is part of a parsed document. A text in the document, parsed once more, is not. */
function isWithin(root: unknown, sought: object): boolean {
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === sought) return true;
    if (typeof next === 'object' && next !== null)
      open.push(...(Object.values(next) as unknown[]).filter((value) => typeof value === 'object'));
  }
  return false;
}
