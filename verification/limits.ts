/** Bounds on what a registry can make us do; those of the transport itself are in `registry/limits.ts`. */

/** Referrers, bundles in one referrer, or legacy signatures of one image that are looked at. */
export const MAX_SIGNATURES = 100;

/** A Sigstore bundle carries a whole attestation (an SBOM, say), so it may be large. */
export const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;

/** Manifests of signatures and attestations of one image, all places together. One with a hundred legacy signatures has 1 MiB. */
export const MAX_EVIDENCE_MANIFEST_BYTES = 16 * 1024 * 1024;

/** Signatures and attestations of one image, all places together. */
export const MAX_EVIDENCE_BYTES = 64 * 1024 * 1024;

/**
 * Manifests and blobs that carry them, all places and platforms together; the same bytes count once. An index of 20 platforms with 5 attestations
 * each has 200.
 */
export const MAX_EVIDENCE_ITEMS = 1_000;

/** Signatures of one image that are held against a key or trust root, each of them counted; an ordinary one costs 1 to 2 milliseconds. */
export const MAX_VERIFICATIONS = 1_000;

/**
 * Requests for evidence about one image at a time. Registries answer a host's requests in the order in which they come: without a bound, a thousand
 * for one image would stand before those for all others.
 */
export const CONCURRENT_READS = 16;

/** Platforms of one index whose own attestations are looked at. */
export const MAX_PLATFORMS = 20;

/** A simple signing payload is a few hundred bytes; annotations by the signer may add some. */
export const MAX_SIGNATURE_PAYLOAD_BYTES = 1024 * 1024;

/** Time for everything about one image, from its first request to its verdict; work about other images does not count. */
export const IMAGE_DEADLINE_MS = 30_000;

/** Images verified at the same time; more wait, and their deadline starts when they do. */
export const CONCURRENT_IMAGES = 32;
