import { STRUCTS } from '../strictJson';
import type { JsonRules } from '../strictJson';

/**
 * Bounds on what one signature may contain. Whoever may push to the repository writes these bytes, and every element costs us a signature
 * check (CVE-2024-45395: a loop over unbounded log entries).
 */

/** A bundle carries a whole attestation, and an SBOM is large. */
export const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;
/** Of a bundle itself; what it carries is one text to it. An honest one has some hundred. */
export const MAX_BUNDLE_VALUES = 250_000;
/** One constant, since what names mean is remembered by it. */
export const BUNDLE_RULES: JsonRules = { ...STRUCTS, maxValues: MAX_BUNDLE_VALUES };
/** Real bundles hold one entry, two while a log is being replaced. */
export const MAX_LOG_ENTRIES = 32;
export const MAX_TIMESTAMPS = 32;
/** Only the leaf is used; the rest of a chain comes from the trust root. */
export const MAX_CERTIFICATES = 10;
/** A proof in a log of 2^64 entries has at most 64 hashes per side. */
export const MAX_PROOF_HASHES = 128;
/** Real ones have a few hundred characters, a witnessed one some thousand. */
export const MAX_CHECKPOINT_CHARACTERS = 64 * 1024;
/** A log signs once, and so does each of its witnesses; every line may cost a signature check. */
export const MAX_CHECKPOINT_LINES = 64;
/** Certificate or key, signature and hashes, in base64 twice: some ten thousand characters. */
export const MAX_LOG_BODY_CHARACTERS = 256 * 1024;
/** A number of 64 bits has 20 digits; the time to read one grows with the square of its length. */
export const MAX_NUMBER_CHARACTERS = 20;
/** Also bounds the embedded SCTs, each of which costs a signature check. */
export const MAX_CERTIFICATE_BYTES = 32 * 1024;
export const MAX_TIMESTAMP_BYTES = 64 * 1024;
/** All of one signature together: reading them takes a millisecond for some thousand. */
export const MAX_TIMESTAMP_BYTES_TOGETHER = 128 * 1024;
/** An annotation of a legacy signature: a certificate, a log entry or a timestamp. */
export const MAX_ANNOTATION_CHARACTERS = 512 * 1024;
/** A simple signing payload is a few hundred bytes; the signer's own annotations may add some. */
export const MAX_LEGACY_PAYLOAD_BYTES = 1024 * 1024;
/** RSA-4096 signatures have 684 characters in base64. */
export const MAX_SIGNATURE_CHARACTERS = 16 * 1024;

/** How far a witness's clock may be ahead of ours. */
export const MAX_CLOCK_SKEW_MS = 5 * 60 * 1000;
