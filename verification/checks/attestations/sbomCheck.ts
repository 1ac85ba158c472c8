import type { Malformed } from '../../attestations/malformed';
import { SBOM_PREDICATE_TYPES, readSbom } from '../../attestations/sbom/sbom';
import type { Sbom } from '../../attestations/sbom/types';
import type { AttestationCheck, RequirementContext, VerifiedAttestation } from '../../attestations/types';
import type { Finding } from '../../finding';
import { formatDuration } from '../../trust-policy/duration';
import type { SbomRequirement } from '../../trust-policy/requirements/sbom';
import { ageingWarnings } from './ageing';
import { claimedTimeFindings, placeOf } from './claimedTime';

/**
 * A bill of materials about this image. Any one that holds is enough, the newest first: an older one about the same digest is as true as a
 * newer one. Nothing holding, the findings are about the newest.
 */
export const sbomCheck: AttestationCheck<SbomRequirement> = {
  predicateTypes: ({ formats }) => formats.flatMap((format) => SBOM_PREDICATE_TYPES[format]),
  check: (requirement, attestations, context) => {
    const [newest, ...older] = attestations;
    const findings = sbomFindings(newest, requirement, context);
    const used = findings.length === 0 ? newest : older.find((attestation) => sbomFindings(attestation, requirement, context).length === 0);
    return used === undefined
      ? { findings, warnings: [], used: [] }
      : { findings: [], warnings: ageWarnings(used, requirement, context), used: [used] };
  },
};

/** The finding about a predicate that is not what its type promises. */
export const malformedFinding = (
  malformed: Malformed,
  { predicateType, source }: VerifiedAttestation,
  context: RequirementContext,
): Finding => ({
  code: 'predicate-malformed',
  ...placeOf(context),
  predicateType,
  source,
  ...malformed,
});

function sbomFindings(attestation: VerifiedAttestation, requirement: SbomRequirement, context: RequirementContext): readonly Finding[] {
  const sbom = readSbom(attestation.predicateType, attestation.predicate);
  if (!sbom.ok) return [malformedFinding(sbom.malformed, attestation, context)];
  const place = { ...placeOf(context), source: attestation.source };
  const { components, describedDigests } = sbom.value;
  const { minComponents } = requirement;
  return [
    ...(describedDigests.length > 0 && !describedDigests.includes(context.digest)
      ? [{ code: 'sbom-subject-mismatch', ...place, expected: context.digest, found: describedDigests } as const]
      : []),
    ...(components < minComponents ? [{ code: 'sbom-too-small', ...place, components, minComponents } as const] : []),
    ...claimedTimeFindings(sbom.value.createdAt, attestation, context),
    ...ageFindings(sbom.value, attestation, requirement, context),
  ];
}

function ageWarnings(attestation: VerifiedAttestation, { maxAge }: SbomRequirement, context: RequirementContext): readonly Finding[] {
  const sbom = readSbom(attestation.predicateType, attestation.predicate);
  return ageingWarnings('bill of materials', sbom.ok ? sbom.value.createdAt : undefined, maxAge, attestation.source, context);
}

/** By its own timestamp alone: signing an old document again does not make it new. */
function ageFindings(
  { createdAt }: Sbom,
  { source }: VerifiedAttestation,
  { maxAge }: SbomRequirement,
  context: RequirementContext,
): readonly Finding[] {
  if (maxAge === undefined) return [];
  const finding = { code: 'sbom-too-old', ...placeOf(context), source, maxAge: maxAge.text } as const;
  if (createdAt === undefined) return [finding];
  const age = context.now.getTime() - createdAt.getTime();
  return age <= maxAge.milliseconds ? [] : [{ ...finding, createdAt: createdAt.toISOString(), age: formatDuration(age) }];
}
