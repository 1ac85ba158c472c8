/** `sha256:` and 64 lower-case hexadecimal digits, checked by `parseDigest`. */
export type Digest = string & { readonly __brand: 'Digest' };

/** A repository of one registry, normalised: `docker.io` and `library/` filled in. */
export interface Repository {
  /** Host, and port when there is one: `ghcr.io`, `localhost:5000`, `docker.io`. */
  readonly registry: string;
  /** Path inside the registry: `library/nginx`. */
  readonly path: string;
}

/** A parsed image reference; at least one of tag and digest is set (`latest` is filled in when the text has neither). */
export interface ImageReference {
  /** The text as the user wrote it. */
  readonly original: string;
  readonly repository: Repository;
  readonly tag?: string;
  readonly digest?: Digest;
}
