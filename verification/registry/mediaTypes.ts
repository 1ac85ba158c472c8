/** https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/** https://distribution.github.io/distribution/spec/manifest-v2-2/ */
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** Schema 1, refused: its digest covers a signature that nobody checks. https://distribution.github.io/distribution/spec/deprecated-schema-v1/ */
export const DOCKER_SCHEMA1_PREFIX = 'application/vnd.docker.distribution.manifest.v1+';

/**
 * Of release candidates of OCI 1.1; clients of that time (oras, notation) left some beside images. It holds nothing that we read, and is asked for,
 * since a registry otherwise says that a manifest which it lists is not there.
 */
const OCI_ARTIFACT = 'application/vnd.oci.artifact.manifest.v1+json';

/** What we ask for, in the order of preference that a registry should see. */
const ACCEPTED = [OCI_INDEX, OCI_MANIFEST, DOCKER_MANIFEST_LIST, DOCKER_MANIFEST, OCI_ARTIFACT];
export const ACCEPTED_MANIFESTS = ACCEPTED.join(', ');
export const MANIFEST_MEDIA_TYPES: ReadonlySet<string | undefined> = new Set(ACCEPTED);
