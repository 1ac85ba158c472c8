import { isIndex } from './registry/manifest';
import type { Descriptor, Manifest } from './registry/types';

/** BuildKit's mark on what it puts beside the platforms: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
const REFERENCE_TYPE_ANNOTATION = 'vnd.docker.reference.type';
const ATTESTATION_MANIFEST = 'attestation-manifest';
/** The platform that no machine has. */
const NO_PLATFORM = 'unknown/unknown';

/**
 * The children of an index that some machine may run; empty for anything but an index. A runtime chooses by platform and does not know
 * BuildKit's annotation, so the annotation alone takes no child out: it could hide one from the requirements.
 */
export function platformsOf(manifest: Manifest): readonly Descriptor[] {
  return isIndex(manifest) ? manifest.manifests.filter((child) => !isAttestation(child)) : [];
}

/** Digests of BuildKit's attestation manifests in an index. Their statements are unsigned: the word of whoever pushed the image. */
export function unsignedAttestationsOf(manifest: Manifest): readonly string[] {
  return isIndex(manifest) ? manifest.manifests.filter(isAttestation).map(({ digest }) => digest) : [];
}

function isAttestation({ annotations, platform }: Descriptor): boolean {
  return platform === NO_PLATFORM && annotations[REFERENCE_TYPE_ANNOTATION] === ATTESTATION_MANIFEST;
}
