import type { Finding, SignatureLayout } from './finding';
import { platformsOf, unsignedAttestationsOf } from './imagePlatforms';
import { MAX_PLATFORMS } from './limits';
import { formatReference, repositoryName } from './reference/reference';
import { isStored } from './registry/joinReferrers';
import { DEFAULT_REGISTRY_LIMITS } from './registry/limits';
import { fallbackTag } from './registry/referrers';
import type { Descriptor, Digest, Manifest, RegistryClient, Repository } from './registry/types';
import type { ImageWork } from './imageWork';
import { bounded, readSignatureLayers } from './signatureLayers';
import type { EvidencePlace, Found, ReadEvidence } from './signatureLayers';
import type { SignatureCandidate } from './sigstore/types';

/** https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#storage */
const NOTATION_ARTIFACT_TYPE = 'application/vnd.cncf.notary.signature';
/** Where something may be attached. cosign also has `.sbom`, which is not looked at: nobody signs what lies there. */
const PLACES = ['referrers', '.sig', '.att'] as const;
type Place = (typeof PLACES)[number];

/** What is attached to one digest. */
export interface AttachedSignatures {
  readonly candidates: readonly SignatureCandidate[];
  /** Claims that could not even be read; an attacker may have put them there, so they never decide alone. */
  readonly malformed: readonly Finding[];
  /** Places that could not be listed or fetched: with these, "nothing found" does not mean "unsigned". */
  readonly faults: readonly Finding[];
  /** Where we looked, for the reader of an `unsigned` finding. */
  readonly searched: readonly string[];
  /** Manifests of Notation signatures: somebody signed, in a format that no authority of ours can verify. */
  readonly notation: readonly string[];
  /** Manifests that were listed for the image, and name another one as their subject: for messages, never evidence. */
  readonly foreignReferrers: readonly string[];
  /** Attestation manifests that the builder put into the index (BuildKit). Nobody signed them: for messages, never evidence. */
  readonly unsignedAttestations: readonly string[];
}

/** Everything that claims to sign an image. */
export interface DiscoveredSignatures extends AttachedSignatures {
  /** What is attached to each platform of an index, fetched when first asked; empty for an image of one platform. */
  readonly platforms: () => Promise<readonly PlatformSignatures[]>;
  /** The same with legacy attestations, where they were not asked for: whoever rejects an image says what else was found. */
  readonly withAttestations: () => Promise<DiscoveredSignatures>;
}

/** What is attached to one platform of an index. */
export interface PlatformSignatures {
  /** `registry/repository@sha256:…` of the platform's own manifest. */
  readonly reference: string;
  readonly digest: Digest;
  readonly discovered: AttachedSignatures;
}

/** An image whose manifest was fetched. */
export interface DiscoveryTarget {
  readonly reference: string;
  readonly repository: Repository;
  readonly manifest: Manifest;
  /** A second repository that may hold the evidence, as `COSIGN_REPOSITORY` has it; the image's own always counts too. */
  readonly signatureRepository?: Repository;
  /** Whether some policy asks for attestations: only then is the legacy tag for them looked at, which is a request less for each image. */
  readonly attested: boolean;
  /** The same for signatures of the image itself, and the legacy tag for those. */
  readonly signed: boolean;
}

/** A look at what is attached to a digest, under way. */
export interface Discovery {
  readonly attached: Promise<AttachedSignatures>;
  readonly source: Source;
}

type Target = Omit<DiscoveryTarget, 'manifest'> & { readonly digest: Digest };

/** Where all that is attached to one image comes from. */
type Source = Pick<EvidencePlace, 'registry' | 'work' | 'read' | 'signal'>;

/** Starts `discoverSignatures` for a digest whose manifest is not there yet: the one needs nothing of the other, and each costs a round trip. */
export function beginDiscovery(target: Target, registry: RegistryClient, work: ImageWork, signal: AbortSignal): Discovery {
  const source = { registry, work, read: new Map<string, Promise<ReadEvidence>>(), signal };
  const places = PLACES.filter((place) => (place === '.att' ? target.attested : place !== '.sig' || target.signed));
  const attached = discover(target, places, source);
  // Whoever drops the image does not wait for it.
  attached.catch(() => undefined);
  return { attached, source };
}

/**
 * Looks in every place where cosign and friends put signatures and attestations, at the same time: OCI referrers (referrers API and
 * fallback tag) and the legacy tags `sha256-<hex>.sig` and, where attestations are asked for, `.att`, in the image's repository and in that
 * for signatures. All always count: cosign ignores legacy signatures when any bundle exists, so a stranger's bundle could hide a good signature.
 *
 * @param begun the same for the digest of this image, if it is already under way
 */
export async function discoverSignatures(
  image: DiscoveryTarget,
  registry: RegistryClient,
  work: ImageWork,
  signal: AbortSignal,
  begun: Discovery = beginDiscovery({ ...image, digest: image.manifest.digest }, registry, work, signal),
): Promise<DiscoveredSignatures> {
  const { digest } = image.manifest;
  let platforms: Promise<readonly PlatformSignatures[]> | undefined;
  const complete = (attached: AttachedSignatures): DiscoveredSignatures => ({
    ...attached,
    unsignedAttestations: unsignedAttestationsOf(image.manifest),
    platforms: () => (platforms ??= discoverPlatforms(image, begun.source)),
    withAttestations: async () => complete(both(attached, await discover({ ...image, digest }, ['.att'], begun.source))),
  });
  return complete(await begun.attached);
}

const both = (one: AttachedSignatures, other: AttachedSignatures): AttachedSignatures => ({
  candidates: [...one.candidates, ...other.candidates],
  malformed: [...one.malformed, ...other.malformed],
  faults: [...one.faults, ...other.faults],
  notation: [...one.notation, ...other.notation],
  foreignReferrers: [...one.foreignReferrers, ...other.foreignReferrers],
  unsignedAttestations: one.unsignedAttestations,
  searched: one.searched,
});

async function discover(target: Target, places: readonly Place[], source: Source): Promise<AttachedSignatures> {
  const { reference, repository, signatureRepository, digest } = target;
  const repositories = signatureRepository === undefined ? [repository] : [repository, signatureRepository];
  const looking = repositories.flatMap((where) => {
    const place = { ...source, reference, repository: where };
    return places.map((kind) => (kind === 'referrers' ? referrers(digest, place) : legacyTag(`${digest.replace(':', '-')}${kind}`, place)));
  });
  const found = withoutRepeats((await Promise.all(looking)).flat());
  return {
    candidates: found.flatMap((item) => ('candidate' in item ? [item.candidate] : [])),
    malformed: found.flatMap((item) => ('malformed' in item ? [item.malformed] : [])),
    faults: found.flatMap((item) => ('fault' in item ? [item.fault] : [])),
    notation: found.flatMap((item) => ('notation' in item ? [item.notation] : [])),
    foreignReferrers: found.flatMap((item) => ('foreign' in item ? [item.foreign] : [])),
    unsignedAttestations: [],
    searched: repositories.flatMap((where, index) => {
      const elsewhere = index === 0 ? '' : ` in ${repositoryName(where)}`;
      return [`referrers of ${digest}${elsewhere}`, `tag ${digest.replace(':', '-')}.sig${elsewhere}`];
    }),
  };
}

/** The first place counts: where else the same bytes lie changes nothing. */
function withoutRepeats(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter((item) => {
    const key = 'candidate' in item ? item.candidate.sha256 : 'malformed' in item ? item.same : undefined;
    if (key === undefined) return true;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

async function referrers(digest: Digest, place: EvidencePlace): Promise<readonly Found[]> {
  const { work } = place;
  const listed = await work.read(async () =>
    work.hasManifestBytes() ? place.registry.referrers(place.repository, digest, place.signal) : undefined,
  );
  if (listed === undefined || !work.takeManifestBytes(listed.bytes ?? 0)) return [];
  const { kept, excess } = bounded(listed.value ?? [], `referrers of ${digest}`);
  // Small ones first: what somebody attached to be large must not use up the bytes of the others.
  const bySize = kept.toSorted((one, other) => one.size - other.size);
  const found = await Promise.all(
    bySize.map((descriptor) => referrer(descriptor, digest, place, listed.byTagAlone?.has(descriptor.digest))),
  );
  const beside: Found[] = listed.ok ? [] : [{ fault: listed.finding }];
  if (listed.ok && listed.unreadable !== undefined) {
    beside.push(unreadable(listed.unreadable, 'bundle-referrer', fallbackTag(digest), place));
  }
  // What was left out comes before what was not there.
  return [...excess, ...beside, ...found.flat()];
}

/** Nothing that can be read as evidence: it never decides alone, and costs nothing but itself. */
function unreadable(finding: Finding, layout: SignatureLayout, source: string, { reference }: EvidencePlace): Found {
  const reason =
    finding.code === 'registry-response-invalid' ? `expected ${finding.expected}, got ${finding.found}` : 'it is listed, and not there';
  return { malformed: { code: 'signature-malformed', reference, layout, source, reason }, same: `${layout} ${source}` };
}

/**
 * The index entry's artifactType and annotations are unsigned and known to be wrong on GHCR, so the manifest itself decides. Whoever may push
 * can list any manifest under the fallback tag. One that names another subject is not read at all: whether its signature would hold is a
 * question about that other image, and its bundles must not use up what may be read about this one.
 */
async function referrer(descriptor: Descriptor, image: Digest, place: EvidencePlace, byTagAlone = false): Promise<readonly Found[]> {
  const { work } = place;
  if (!work.takeItem()) return [];
  const manifest = await work.read(async () =>
    work.hasManifestBytes() ? place.registry.manifest(place.repository, descriptor.digest, place.signal) : undefined,
  );
  if (manifest === undefined) return [];
  if (!manifest.ok) {
    // Read to be refused: it took as long as one that counts.
    if (isStored(manifest.finding) || manifest.finding.code === 'limit-exceeded') {
      work.takeManifestBytes(Math.min(descriptor.size, DEFAULT_REGISTRY_LIMITS.manifestBytes));
    }
    // Under the tag anybody may list what is not there.
    const isNothing = isStored(manifest.finding) || (byTagAlone && manifest.finding.code === 'image-not-found');
    return [isNothing ? unreadable(manifest.finding, 'bundle-referrer', descriptor.digest, place) : { fault: manifest.finding }];
  }
  if (!work.takeManifestBytes(manifest.value.bytes.length)) return [];
  const { artifactType, config, digest, subject } = manifest.value;
  if (subject !== undefined && subject.digest !== image) return [{ foreign: digest }];
  // Notation before 1.0 named the type in the config, where OCI 1.0 had its place for it.
  if ((artifactType ?? config?.mediaType) === NOTATION_ARTIFACT_TYPE) return [{ notation: digest }];
  return await readSignatureLayers(manifest.value, 'referrer', `signatures in ${digest}`, place);
}

async function legacyTag(tag: string, place: EvidencePlace): Promise<readonly Found[]> {
  const manifest = await place.work.read(async () =>
    place.work.hasManifestBytes() ? place.registry.tagged(place.repository, tag, place.signal) : undefined,
  );
  if (manifest === undefined) return [];
  if (!manifest.ok)
    return [isStored(manifest.finding) ? unreadable(manifest.finding, 'legacy-tag', tag, place) : { fault: manifest.finding }];
  if (manifest.value === undefined || !place.work.takeItem() || !place.work.takeManifestBytes(manifest.value.bytes.length)) return [];
  return await readSignatureLayers(manifest.value, 'tag', `signatures under ${tag}`, place);
}

async function discoverPlatforms(image: DiscoveryTarget, source: Source): Promise<readonly PlatformSignatures[]> {
  const platforms = platformsOf(image.manifest);
  const kept = platforms.slice(0, MAX_PLATFORMS);
  const found = await Promise.all(
    kept.map(async ({ digest }): Promise<PlatformSignatures> => {
      const reference = formatReference({ repository: image.repository, digest });
      return {
        reference,
        digest,
        discovered: await discover({ ...image, reference, digest }, PLACES, source),
      };
    }),
  );
  const [first, ...rest] = found;
  if (first === undefined || kept.length === platforms.length) return found;
  const what = `platforms of ${image.reference}`;
  const excess: Finding = { code: 'limit-exceeded', what, limit: `${MAX_PLATFORMS}`, found: `${platforms.length}` };
  return [{ ...first, discovered: { ...first.discovered, faults: [...first.discovered.faults, excess] } }, ...rest];
}
