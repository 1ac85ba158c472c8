import type { DiscoveredSignatures } from '../discoverSignatures';
import type { Finding } from '../finding';
import type { AttestationRequirement } from '../trust-policy/requirements';
import { allVerified, checkRequirement, gatherAttestations } from './requirementCheck';
import type { RequirementMaterial, RequirementOutcome } from './requirementCheck';
import type { LoadedAuthority, SignatureCheckContext } from './signatureCheck';
import { sortCandidates } from './unverifiedClaims';

/** The attestations of one platform of an index, verified for every requirement of a policy. */
interface PlatformMaterial {
  readonly materials: readonly RequirementMaterial[];
  readonly types: readonly string[];
  readonly context: SignatureCheckContext;
}

/** What the platforms of an index have to say where the index itself has nothing. */
export interface PlatformEvidence {
  readonly platforms: readonly PlatformMaterial[];
  /** What could not be looked at on the way. */
  readonly faults: readonly Finding[];
}

const NO_PLATFORMS: PlatformEvidence = { platforms: [], faults: [] };

/**
 * Fetches and verifies what is attached to the platforms of an index, if some requirement has nothing on the index itself. Requests are
 * spent only then; an image of one platform has none.
 */
export async function gatherPlatforms(
  materials: readonly RequirementMaterial[],
  discovered: DiscoveredSignatures,
  authorities: readonly LoadedAuthority[],
  context: SignatureCheckContext,
): Promise<PlatformEvidence> {
  if (materials.every(({ verified }) => verified.length > 0)) return NO_PLATFORMS;
  const platforms = await discovered.platforms();
  const gathered: PlatformMaterial[] = [];
  for (const { reference, digest, discovered: own } of platforms) {
    const { attestations } = await sortCandidates(own.candidates, context.verified);
    const place = { ...context, reference, digest };
    const entries = materials.map(({ entry }) => entry);
    gathered.push({
      materials: await gatherAttestations(entries, attestations, authorities, place),
      types: [...new Set(attestations.map(({ predicateType }) => predicateType))],
      context: place,
    });
  }
  return { platforms: gathered, faults: platforms.flatMap(({ discovered: own }) => own.faults) };
}

/**
 * A requirement that has nothing on the index may be met by its platforms: by every one that can be deployed, each with attestations of its
 * own, since what is said about one platform says nothing about another. Whatever is attested about the index itself goes first: good
 * platforms cannot overrule it.
 *
 * @param whole how the requirement came out on the index
 */
export async function checkOnPlatforms(
  { entry, verified }: RequirementMaterial,
  whole: RequirementOutcome,
  { platforms }: PlatformEvidence,
  now: Date,
): Promise<RequirementOutcome> {
  if (verified.length > 0 || platforms.length === 0) return whole;
  const outcomes: RequirementOutcome[] = [];
  for (const platform of platforms) outcomes.push(await platform.context.verified.run(() => checkOnPlatform(entry, platform, now)));
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  // Nothing on any platform either: one finding about the index says it better than one for each.
  if (outcomes.every((outcome) => outcome.findings.some(({ code }) => code === 'attestation-missing'))) return whole;
  return { findings, warnings: outcomes.flatMap(({ warnings }) => warnings), used: outcomes.flatMap(({ used }) => used) };
}

function checkOnPlatform(entry: AttestationRequirement, { materials, types, context }: PlatformMaterial, now: Date): RequirementOutcome {
  const own = materials.find((material) => material.entry === entry);
  if (own === undefined) throw new Error(`requirement ${entry.name} was not gathered for a platform`);
  const all = allVerified(materials);
  return checkRequirement(own, all, types, context, now);
}
