import type { ExpectedSigner } from './parts';

/** Findings about where and in which form signatures lie. */
export type DiscoveryFinding =
  /** No Sigstore signature, but signatures of the Notary Project: "unsigned" would send people looking for the wrong thing. */
  {
    readonly code: 'notation-signed';
    readonly reference: string;
    readonly policy: string;
    readonly expected: readonly ExpectedSigner[];
    /** Digests of the manifests that hold the Notation signatures. Nobody verified them. */
    readonly sources: readonly string[];
  };
