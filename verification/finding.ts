import type { AttestationFinding } from './findings/attestations';
import type { ProvenanceFinding } from './findings/provenance';
import type { SbomFinding } from './findings/sbom';
import type { VulnerabilityFinding } from './findings/vulnerabilities';
import type { ModelCardFinding } from './findings/modelCard';
import type { LifecycleFinding } from './findings/lifecycle';
import type { DiscoveryFinding } from './findings/discovery';

/**
 * Findings: everything that verification can have to say, as data. `describeFinding` is the only place that turns one into text,
 * and every code has a page `docs/findings/<code>.md`.
 */

/** Who signed, as read from a verified (or, in near misses, merely well-formed) signature. */
export type Signer =
  | { readonly kind: 'certificate'; readonly issuer: string; readonly subject: string }
  | { readonly kind: 'key'; readonly fingerprint: string };

/** Where a signature was found in the registry. */
export type SignatureLayout = 'bundle-referrer' | 'legacy-tag';

/** One problem of a trust policy file. */
export interface TrustPolicyProblem {
  /** Path of the field, in the user's words: `policies[0].authorities[1].keyless.identities[0].subject`; empty for the whole file. */
  readonly path: string;
  /** 1-based position in the file, when it is known. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong and what is expected there. */
  readonly message: string;
}

/** An identity or key that a policy would have accepted, in words. */
export interface ExpectedSigner {
  readonly authority: string;
  /** `subject … issued by …`, or `key …`. */
  readonly description: string;
  /** Set when the authority is keyless: lets `cosign verify` flags be printed. */
  readonly identity?: { readonly issuer: string; readonly subject: string; readonly subjectIsPattern: boolean };
}

export type ReferenceFinding = {
  readonly code: 'reference-malformed';
  readonly reference: string;
  readonly reason: string;
};

export type RegistryFinding =
  /** The registry answered, and it has no such manifest. */
  | { readonly code: 'image-not-found'; readonly reference: string; readonly registry: string }
  | {
      readonly code: 'registry-unauthorized';
      readonly registry: string;
      readonly repository: string;
      readonly status: number;
      /** Whether credentials for exactly this registry were found and sent. */
      readonly credentials: 'none' | 'sent';
      readonly reason: string;
    }
  /** Connection refused, DNS failure, TLS failure, 5xx after retries. */
  | { readonly code: 'registry-unreachable'; readonly registry: string; readonly operation: string; readonly reason: string }
  | { readonly code: 'registry-timeout'; readonly registry: string; readonly operation: string; readonly seconds: number }
  /** An answer that is not what the distribution specification promises: HTML, broken JSON, wrong shape. */
  | {
      readonly code: 'registry-response-invalid';
      readonly registry: string;
      readonly operation: string;
      readonly expected: string;
      readonly found: string;
    }
  | {
      readonly code: 'registry-redirect-refused';
      readonly registry: string;
      readonly operation: string;
      readonly location: string;
      readonly reason: string;
    }
  /** The bytes do not hash to the digest they were asked for by: the registry, or something between, lies. */
  | { readonly code: 'digest-mismatch'; readonly what: string; readonly expected: string; readonly found: string }
  | { readonly code: 'limit-exceeded'; readonly what: string; readonly limit: string; readonly found: string };

export type TrustPolicyFinding =
  | { readonly code: 'trust-policy-missing'; readonly searched: readonly string[] }
  | { readonly code: 'trust-policy-unreadable'; readonly file: string; readonly reason: string }
  | { readonly code: 'trust-policy-invalid'; readonly file: string; readonly problems: readonly TrustPolicyProblem[] }
  | { readonly code: 'image-not-covered'; readonly reference: string; readonly unmatchedImages: 'deny' | 'warn' | 'allow' };

export type TrustRootFinding =
  | { readonly code: 'trust-root-unavailable'; readonly trustRoot: string; readonly reason: string }
  /** The offline copy is used because the TUF repository could not be reached; a warning while the copy is young enough. */
  | { readonly code: 'trust-root-offline'; readonly trustRoot: string; readonly reason: string; readonly expires: string };

export type SignatureFinding =
  /** Every layout was listed successfully and holds nothing. */
  | {
      readonly code: 'unsigned';
      readonly reference: string;
      readonly policy: string;
      readonly expected: readonly ExpectedSigner[];
      readonly searched: readonly string[];
    }
  /** There are signed attestations about the image, but no signature of the image itself. */
  | {
      readonly code: 'attestation-is-not-signature';
      readonly reference: string;
      readonly policy: string;
      readonly expected: readonly ExpectedSigner[];
      readonly predicateTypes: readonly string[];
    }
  /** Some signatures count, by fewer different signers than the policy wants. */
  | {
      readonly code: 'signature-threshold-not-met';
      readonly reference: string;
      readonly policy: string;
      readonly threshold: number;
      readonly expected: readonly ExpectedSigner[];
      /** The signers that count. */
      readonly found: readonly Signer[];
    }
  /** Cryptographically sound, by somebody whom this policy does not name. */
  | {
      readonly code: 'identity-mismatch';
      readonly reference: string;
      readonly policy: string;
      readonly expected: readonly ExpectedSigner[];
      readonly found: Signer;
      readonly layout: SignatureLayout;
    }
  /** The signature, its certificate, its log entry or its timestamp does not verify against the trust root or key of the authority. */
  | {
      readonly code: 'signature-invalid';
      readonly reference: string;
      readonly policy: string;
      readonly authority: string;
      readonly layout: SignatureLayout;
      readonly source: string;
      readonly reason: string;
    }
  /** Well signed, but the signed statement speaks about another image. */
  | {
      readonly code: 'subject-mismatch';
      readonly reference: string;
      readonly policy: string;
      readonly expected: string;
      readonly found: readonly string[];
      readonly layout: SignatureLayout;
      readonly source: string;
    }
  /** Something that claims to be a signature and cannot be read as one. */
  | {
      readonly code: 'signature-malformed';
      readonly reference: string;
      readonly layout: SignatureLayout;
      readonly source: string;
      readonly reason: string;
    };

/** Findings about the text of a stack, before any registry is asked. */
export type StackFinding =
  /** A tag can be moved between the check and the deployment. */
  | { readonly code: 'image-unpinned'; readonly reference: string; readonly digest?: string }
  /** The value is computed by a resource that does not exist yet. */
  | { readonly code: 'image-unknown'; readonly what: string }
  /** The field is there and is not what the resource type promises. */
  | { readonly code: 'image-unreadable'; readonly expected: string; readonly found: string };

/** A fault in our own code: never lets an image through, and asks to be reported. */
export type InternalFinding = { readonly code: 'internal-error'; readonly during: string; readonly reason: string };

export type Finding =
  | ReferenceFinding
  | RegistryFinding
  | TrustPolicyFinding
  | TrustRootFinding
  | SignatureFinding
  | AttestationFinding
  | ProvenanceFinding
  | SbomFinding
  | VulnerabilityFinding
  | ModelCardFinding
  | LifecycleFinding
  | DiscoveryFinding
  | StackFinding
  | InternalFinding;

export type FindingCode = Finding['code'];
