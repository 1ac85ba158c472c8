/** Findings about references and what registries answer. */
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
      /** Digest of what somebody stored there as a manifest, where the registry itself is in order: whoever may push can do so. */
      readonly stored?: string;
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
