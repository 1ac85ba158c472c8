import type { Finding } from './finding';
import type { Descriptor, Manifest, RegistryClient, Repository } from './registry/types';
import { parseBundle } from './sigstore/bundle';
import { parseLegacySignature } from './sigstore/legacySignature';
import type { SignatureCandidate } from './sigstore/types';
import { MAX_BUNDLE_BYTES, MAX_SIGNATURES, MAX_SIGNATURE_PAYLOAD_BYTES } from './limits';

/** A layer that holds a Sigstore bundle: `application/vnd.dev.sigstore.bundle.v0.3+json` and its older spellings. */
const BUNDLE_MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(\.v0\.\d+\+json|\+json;version=0\.\d+)$/;
/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
const SIMPLE_SIGNING_MEDIA_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** Everything that claims to sign an image. */
export interface DiscoveredSignatures {
  readonly candidates: readonly SignatureCandidate[];
  /** Claims that could not even be read; an attacker may have put them there, so they never decide alone. */
  readonly malformed: readonly Finding[];
  /** Places that could not be listed or fetched: with these, "nothing found" does not mean "unsigned". */
  readonly faults: readonly Finding[];
  /** Where we looked, for the reader of an `unsigned` finding. */
  readonly searched: readonly string[];
}

interface Image {
  readonly reference: string;
  readonly repository: Repository;
  readonly manifest: Manifest;
}

type Found = { readonly candidate: SignatureCandidate } | { readonly malformed: Finding } | { readonly fault: Finding };

/**
 * Looks in every place where cosign and friends put signatures, at the same time: bundles as OCI referrers (referrers API, else the
 * fallback tag) and the legacy `sha256-<hex>.sig` tag. Both always count: cosign ignores legacy signatures when any bundle exists, so
 * a stranger's bundle could hide a good signature.
 */
export async function discoverSignatures(image: Image, registry: RegistryClient, signal: AbortSignal): Promise<DiscoveredSignatures> {
  const found = (await Promise.all([bundles(image, registry, signal), legacySignatures(image, registry, signal)])).flat();
  return {
    candidates: found.flatMap((item) => ('candidate' in item ? [item.candidate] : [])),
    malformed: found.flatMap((item) => ('malformed' in item ? [item.malformed] : [])),
    faults: found.flatMap((item) => ('fault' in item ? [item.fault] : [])),
    searched: [`referrers of ${image.manifest.digest}`, `tag ${legacyTag(image.manifest)}`],
  };
}

const legacyTag = (manifest: Manifest): string => `${manifest.digest.replace(':', '-')}.sig`;

async function bundles(image: Image, registry: RegistryClient, signal: AbortSignal): Promise<readonly Found[]> {
  const listed = await registry.referrers(image.repository, image.manifest.digest, signal);
  if (!listed.ok) return [{ fault: listed.finding }];
  const { kept, fault } = bounded(listed.value, 'referrers');
  const found = await Promise.all(kept.map((descriptor) => bundlesOfReferrer(descriptor, image, registry, signal)));
  return [...found.flat(), ...fault];
}

/** The index entry's artifactType and annotations are unsigned and known to be wrong on GHCR, so the manifest itself decides. */
async function bundlesOfReferrer(
  descriptor: Descriptor,
  image: Image,
  registry: RegistryClient,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const manifest = await registry.manifest(image.repository, descriptor.digest, signal);
  if (!manifest.ok) return [{ fault: manifest.finding }];
  const layers = manifest.value.layers.filter((layer) => BUNDLE_MEDIA_TYPE.test(layer.mediaType));
  const { kept, fault } = bounded(layers, `bundles of ${descriptor.digest}`);
  const found = kept.map(async (layer): Promise<Found> => {
    const blob = await registry.blob(image.repository, layer, MAX_BUNDLE_BYTES, signal);
    if (!blob.ok) return { fault: blob.finding };
    const parsed = parseBundle(blob.value, { reference: image.reference, layout: 'bundle-referrer', source: descriptor.digest });
    return parsed.ok ? { candidate: parsed.value } : { malformed: parsed.finding };
  });
  return [...(await Promise.all(found)), ...fault];
}

async function legacySignatures(image: Image, registry: RegistryClient, signal: AbortSignal): Promise<readonly Found[]> {
  const manifest = await registry.tagged(image.repository, legacyTag(image.manifest), signal);
  if (!manifest.ok) return [{ fault: manifest.finding }];
  const layers = (manifest.value?.layers ?? []).filter((layer) => layer.mediaType === SIMPLE_SIGNING_MEDIA_TYPE);
  const { kept, fault } = bounded(layers, `signatures under ${legacyTag(image.manifest)}`);
  const found = kept.map(async (layer): Promise<Found> => {
    const payload = await registry.blob(image.repository, layer, MAX_SIGNATURE_PAYLOAD_BYTES, signal);
    if (!payload.ok) return { fault: payload.finding };
    const context = { reference: image.reference, layout: 'legacy-tag', source: layer.digest } as const;
    const parsed = parseLegacySignature(layer.annotations, payload.value, context);
    return parsed.ok ? { candidate: parsed.value } : { malformed: parsed.finding };
  });
  return [...(await Promise.all(found)), ...fault];
}

/** Anybody who may push can attach thousands of signatures (CVE-2023-46737): look at some, and say that there were more. */
function bounded<T>(items: readonly T[], what: string): { readonly kept: readonly T[]; readonly fault: readonly Found[] } {
  if (items.length <= MAX_SIGNATURES) return { kept: items, fault: [] };
  const fault: Finding = { code: 'limit-exceeded', what, limit: String(MAX_SIGNATURES), found: String(items.length) };
  return { kept: items.slice(0, MAX_SIGNATURES), fault: [{ fault }] };
}
