import { CYCLONEDX_VEX_PREDICATE_TYPES, readCycloneDxVex } from '../../../attestations/vulnerabilities/cyclonedxVex';
import { OPENVEX_PREDICATE_TYPES, readOpenVex } from '../../../attestations/vulnerabilities/openVex';
import { signingPeriod } from '../../../attestations/order';
import type { RequirementContext, VerifiedAttestation } from '../../../attestations/types';
import { VexStatements } from '../../../attestations/vulnerabilities/vex';
import type { VulnerabilityScanRequirement } from '../../../trust-policy/requirements/vulnerabilityScan';

/** Exact predicate types that may hold VEX statements. */
export const VEX_PREDICATE_TYPES: readonly string[] = [...OPENVEX_PREDICATE_TYPES, ...CYCLONEDX_VEX_PREDICATE_TYPES];

/** The VEX statements that count for a requirement, and why documents did not. */
export interface VexOfImage {
  readonly statements: VexStatements;
  readonly notes: readonly string[];
}

/**
 * Gathers the VEX statements about the image by the accepted authorities. A document that cannot be read removes nothing, and is told: the
 * scan itself still decides.
 *
 * @param attestations of the requirement; with `vexAuthorities`, all of the policy are looked at instead
 */
export function vexOfImage(
  { vex, vexAuthorities }: VulnerabilityScanRequirement,
  attestations: readonly VerifiedAttestation[],
  context: RequirementContext,
): VexOfImage {
  const statements = new VexStatements();
  const notes: string[] = [];
  if (!vex) return { statements, notes };
  const documents = (vexAuthorities === undefined ? attestations : context.all).filter(({ predicateType }) =>
    VEX_PREDICATE_TYPES.includes(predicateType),
  );
  for (const document of documents) {
    const isOpenVex = OPENVEX_PREDICATE_TYPES.includes(document.predicateType);
    if (vexAuthorities !== undefined && !vexAuthorities.includes(document.authority)) {
      if (isOpenVex)
        notes.push(`VEX document ${document.source} does not count: authority "${document.authority}" is not in vexAuthorities`);
      continue;
    }
    const found = (isOpenVex ? readOpenVex : readCycloneDxVex)(document.predicate, context.digest);
    if (!found.ok) {
      const { path, expected, found: got } = found.malformed;
      notes.push(`VEX document ${document.source} does not count: ${path === '' ? '' : `${path}: `}expected ${expected}, got ${got}`);
      continue;
    }
    for (const statement of found.value) statements.add(statement, signingPeriod(document, statement.madeAt));
  }
  return { statements, notes };
}
