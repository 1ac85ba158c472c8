import type { CustomChecks } from '../attestations/types';
import type { AuthorityMaterials } from '../authorities';
import { expectedSigners } from '../authorities';
import type { DiscoveredSignatures } from '../discoverSignatures';
import type { Finding } from '../finding';
import { checkFreshness } from '../lifecycle/freshness';
import { builderIn } from '../lifecycle/builder';
import type { AttestationRequirement } from '../trust-policy/requirements';
import type { ImagePolicy } from '../trust-policy/types';
import type { AttestationEvidence, PolicyEvidence } from '../verdict';
import { namingBeside } from './besideImage';
import { checkOnPlatforms, gatherPlatforms } from './platformRequirements';
import { allVerified, checkRequirement, gatherAttestations } from './requirementCheck';
import type { RequirementOutcome } from './requirementCheck';
import { saidBy } from './signatureCheck';
import type { LoadedAuthority, SignatureCheckContext } from './signatureCheck';
import { checkSignatures, looksAtAll } from './signaturesCheck';
import { SigningTimes } from './signingTimes';
import { sortCandidates } from './unverifiedClaims';
import type { VerifiedSignatures } from './verifiedSignatures';

/** How one policy decided about one image. */
export type PolicyResult =
  | {
      readonly holds: true;
      readonly evidence: readonly PolicyEvidence[];
      readonly attestations: readonly AttestationEvidence[];
      readonly warnings: readonly Finding[];
    }
  | {
      readonly holds: false;
      readonly outcome: 'rejected' | 'undetermined';
      readonly findings: readonly Finding[];
      /** What is worth knowing beside, and is no reason for the outcome. */
      readonly warnings: readonly Finding[];
    };

/** What all policies of a run share. */
export interface PolicyCheckContext {
  readonly materials: AuthorityMaterials;
  readonly verified: VerifiedSignatures;
  /** Policy time. */
  readonly now: Date;
  readonly customChecks?: CustomChecks;
}

/**
 * Does one policy hold for one image? Its signatures first, then each attestation that it requires. The answer is `rejected` only if
 * everything could be looked at; a fault on the way makes it `undetermined`.
 */
export async function checkPolicy(
  policy: ImagePolicy,
  image: { readonly reference: string; readonly digest: string },
  discovered: DiscoveredSignatures,
  { materials, verified, now, customChecks }: PolicyCheckContext,
): Promise<PolicyResult> {
  const context: SignatureCheckContext = {
    ...image,
    policy: policy.name,
    expected: expectedSigners(policy),
    verified,
    times: new SigningTimes(),
    ...(customChecks && { customChecks }),
  };
  const { authorities, faults, warnings } = await loadAuthorities(policy, materials);
  const { signatures, attestations } = await sortCandidates(discovered.candidates, verified);
  const types = [...new Set(attestations.map(({ predicateType }) => predicateType))];

  const signed = await checkSignatures(policy, signatures, types, discovered, authorities, context);
  const gathered = await gatherAttestations(policy.attestations, attestations, authorities, context);
  const all = allVerified(gathered);
  const onPlatforms = await gatherPlatforms(gathered, discovered, authorities, context);
  const required: (RequirementOutcome & { readonly entry: AttestationRequirement })[] = [];
  for (const material of gathered) {
    const whole = await verified.run(() => checkRequirement(material, all, types, context, now));
    required.push({ entry: material.entry, ...(await checkOnPlatforms(material, whole, onPlatforms, now)) });
  }

  const fresh = checkFreshness(policy, signed.evidence, image.reference, now);
  const findings = [...signed.findings, ...fresh.findings, ...required.flatMap((outcome) => namingBeside(outcome.findings, discovered))];
  const unlisted = [...discovered.faults, ...onPlatforms.faults, ...verified.faults];
  // A newer attestation that could not be fetched might say the opposite, and an older copy that a signature is no fresh one: a fault leaves
  // such requirements open even if they seem to hold.
  const open = (policy.attestations.length > 0 || looksAtAll(policy)) && unlisted.length > 0;
  if (findings.length === 0 && !open) {
    return {
      holds: true,
      evidence: fresh.evidence,
      attestations: required.flatMap(({ entry, used }) =>
        used.map(({ predicateType, predicate, signer, source, signedAt, claims }) => ({
          policy: policy.name,
          requirement: entry.name,
          predicateType,
          signer,
          source,
          ...(signedAt !== undefined && { signedAt }),
          ...saidBy(claims),
          ...builderIn({ predicateType, predicate }),
        })),
      ),
      warnings: [...warnings, ...fresh.warnings, ...required.flatMap((outcome) => outcome.warnings)],
    };
  }
  // What could not be fetched or loaded might have made it hold.
  const unknown = [...unlisted, ...faults];
  return unknown.length > 0
    ? { holds: false, outcome: 'undetermined', findings: [...unknown, ...findings.filter(({ code }) => !ABSENCE.has(code))], warnings: [] }
    : { holds: false, outcome: 'rejected', findings, warnings };
}

/** After a fault, "there is none" is not known to be true. */
const ABSENCE: ReadonlySet<Finding['code']> = new Set([
  'unsigned',
  'notation-signed',
  'attestation-missing',
  'attestation-is-not-signature',
]);

async function loadAuthorities(policy: ImagePolicy, materials: AuthorityMaterials) {
  const authorities: LoadedAuthority[] = [];
  const faults: Finding[] = [];
  const warnings: Finding[] = [];
  for (const authority of policy.authorities) {
    const loaded = await materials.load(authority);
    if (!loaded.ok) faults.push(loaded.finding);
    else {
      authorities.push({ authority, material: loaded.value.material });
      warnings.push(...loaded.value.warnings);
    }
  }
  return { authorities, faults, warnings };
}
