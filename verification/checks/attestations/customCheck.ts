import { valueAtPath } from '../../attestations/boundedPredicate';
import { mayBeNewest, signingPeriod } from '../../attestations/order';
import { COSIGN_CUSTOM_PREDICATE_TYPE, readCustomData } from '../../attestations/model/modelCard';
import type { AttestationCheck, RequirementContext, VerifiedAttestation } from '../../attestations/types';
import type { Finding } from '../../finding';
import { anchoredPattern } from '../../trust-policy/identity';
import { show } from '../../trust-policy/problems';
import type { CustomField, CustomRequirement } from '../../trust-policy/requirements/custom';
import { statedIn } from './model/modelCardPlace';

/**
 * An attestation of a user's own type: that it is there, signed by the right people and about this image, and that the fields which the policy
 * names are as it says. The newest one decides; of a key, all do, because nothing says which is the newest.
 *
 * Findings: `attestation-field-mismatch` for each field, `predicate-malformed` if `Data` of a cosign custom attestation cannot be read.
 */
export const customCheck: AttestationCheck<CustomRequirement> = {
  predicateTypes: ({ predicateType }) => [predicateType],
  check: (requirement, attestations, context) => {
    const used = mayBeNewest(attestations, (attestation) => signingPeriod(attestation));
    const findings = used.flatMap((attestation) => [
      ...fieldFindings(requirement, attestation, context),
      ...codeFindings(attestation, context),
    ]);
    return { findings, warnings: [], used: findings.length === 0 ? used : [] };
  },
};

function fieldFindings(
  { fields = [] }: CustomRequirement,
  attestation: VerifiedAttestation,
  context: RequirementContext,
): readonly Finding[] {
  const place = statedIn(attestation, context);
  const { predicate } = attestation;
  let wrapped: unknown;
  // cosign wraps a document as text: `Data.decision` looks into it.
  if (attestation.predicateType === COSIGN_CUSTOM_PREDICATE_TYPE && fields.some(({ path }) => path.startsWith('Data.'))) {
    const data = readCustomData(predicate);
    if (!data.ok) return [{ code: 'predicate-malformed', ...place, ...data.problem }];
    wrapped = { Data: data.value };
  }
  return fields.flatMap((field): readonly Finding[] => {
    // The others from the predicate itself, which knows of names in two spellings.
    const found = valueAtPath(wrapped !== undefined && field.path.startsWith('Data.') ? wrapped : predicate, field.path);
    return holds(field, found)
      ? []
      : [{ code: 'attestation-field-mismatch', ...place, path: field.path, expected: inWords(field), found: show(found) }];
  });
}

/** What the check in code of this requirement says, if there is one. */
function codeFindings(attestation: VerifiedAttestation, context: RequirementContext): readonly Finding[] {
  const { reference, digest, now, requirement, customChecks } = context;
  const problems = customChecks?.get(requirement)?.(attestation, { reference, digest, now }) ?? [];
  const expected = 'what the check in code of this requirement wants';
  return problems.map((found) => ({
    code: 'attestation-field-mismatch',
    ...statedIn(attestation, context),
    path: 'predicate',
    expected,
    found,
  }));
}

/** A pattern does not run over a novel. */
const MAX_TEXT = 2_048;

function holds({ equals, oneOf, pattern }: CustomField, found: unknown): boolean {
  if (equals !== undefined) return found === equals;
  if (oneOf !== undefined) return oneOf.some((value) => value === found);
  if (pattern === undefined) return false;
  return typeof found === 'string' && found.length <= MAX_TEXT && anchoredPattern(pattern).test(found);
}

function inWords({ equals, oneOf, pattern }: CustomField): string {
  if (equals !== undefined) return show(equals);
  return oneOf === undefined ? `a text like /${pattern ?? ''}/` : oneOf.map(show).join(' or ');
}
