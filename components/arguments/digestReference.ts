/** One path component of a repository. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
const PATH_COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';

/** Host with optional port; the container runtimes also take an IPv6 address in brackets. */
const REGISTRY = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?';

const DIGEST_REFERENCE = new RegExp(
  `^(?:${REGISTRY}/)?${PATH_COMPONENT}(?:/${PATH_COMPONENT})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?@sha256:[0-9a-f]{64}$`,
);

/** No registry accepts longer names; the bound also keeps the expression above away from endless input. */
const REFERENCE_LIMIT = 1024;

/**
 * Whether `reference` names exactly one content: `registry/repository[:tag]@sha256:<64 hex digits>`.
 *
 * A tag can be moved between the check at preview and the pull on the node, and again at every restart of the pod; a digest cannot.
 * A tag beside the digest is allowed, for people: runtimes ignore it.
 *
 * @example
 * isDigestReference('ghcr.io/acme/ml-models/sentiment@sha256:' + 'a'.repeat(64)) // true
 * isDigestReference('ghcr.io/acme/ml-models/sentiment:v2.1.0') // false
 */
export function isDigestReference(reference: string): boolean {
  return reference.length <= REFERENCE_LIMIT && DIGEST_REFERENCE.test(reference);
}
