/** Strings and numbers that Sigstore puts on the wire, each with the document that defines it. */

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto */
export const BUNDLE_V01_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
export const BUNDLE_V02_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle+json;version=0.2';

/**
 * Every spelling of the bundle versions that we know. A list, because `@sigstore/bundle` takes any `version=x.y` and treats what it does
 * not know as the latest.
 */
export const BUNDLE_MEDIA_TYPES: ReadonlySet<unknown> = new Set([
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
]);

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto */
export const TRUSTED_ROOT_MEDIA_TYPES: ReadonlySet<unknown> = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

/** Annotations of a legacy signature layer: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
export const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature';
export const CERTIFICATE_ANNOTATION = 'dev.sigstore.cosign/certificate';
export const LOG_BUNDLE_ANNOTATION = 'dev.sigstore.cosign/bundle';
export const TIMESTAMP_ANNOTATION = 'dev.sigstore.cosign/rfc3161timestamp';

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
export const FULCIO_ISSUER_V1_OID = '1.3.6.1.4.1.57264.1.1';
export const FULCIO_ISSUER_V2_OID = '1.3.6.1.4.1.57264.1.8';
export const FULCIO_USERNAME_OID = '1.3.6.1.4.1.57264.1.7';

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1 */
export const KEY_USAGE_OID = '2.5.29.15';
export const SUBJECT_ALT_NAME_OID = '2.5.29.17';
export const BASIC_CONSTRAINTS_OID = '2.5.29.19';
export const EXTENDED_KEY_USAGE_OID = '2.5.29.37';
/** https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
export const CODE_SIGNING_OID = '1.3.6.1.5.5.7.3.3';
