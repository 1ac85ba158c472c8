/**
 * Patterns of model URIs, in the part of their syntax that ECMAScript and RE2 read alike. What is neither an image nor a volume is downloaded
 * when the server starts: from a hub, a bucket or a web server, by name. Nothing that happens before can say what that will be.
 */

/** `oci://`, and KServe's `oci+native://`, `oci+modelcar://`, `oci+fetch://`: all name an image, and differ in how it gets into the pod. */
export const OCI_SCHEME = '^oci(?:\\+[^:/]*)?://';

/** A volume of the cluster. What it holds was put there by somebody else, as with a volume of a pod, which names no image either. */
export const CLAIM_SCHEME = '^pvc://';

/** Any scheme, so short that it can be shown. */
export const SCHEME = '^[A-Za-z][A-Za-z0-9+.-]{0,31}://';
