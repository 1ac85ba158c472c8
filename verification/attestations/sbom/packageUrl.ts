/** What we need of a package URL: https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst */
export interface PackageUrl {
  /** `npm`, `deb`, `oci` … in lower case. */
  readonly type: string;
  /** Type, namespace and name: `deb/debian/openssl`. */
  readonly name: string;
  readonly version?: string;
}

/** Longer ones are no names; a signed document may hold anything. */
const MAX_LENGTH = 4096;

/** Reads a package URL; `undefined` for anything else. Qualifiers and subpath are dropped: they never make a package another one here. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  if (text.length > MAX_LENGTH || !text.startsWith('pkg:')) return undefined;
  const [bare = ''] = text.slice('pkg:'.length).replace(/^\/+/, '').split(/[?#]/, 1);
  // An @ of a scope is written %40, so the last one begins the version.
  const at = bare.lastIndexOf('@');
  const [path, version] = at > 0 ? [bare.slice(0, at), decoded(bare.slice(at + 1))] : [bare, ''];
  const slash = path.indexOf('/');
  if (slash <= 0 || slash === path.length - 1) return undefined;
  const type = path.slice(0, slash).toLowerCase();
  return { type, name: `${type}/${decoded(path.slice(slash + 1))}`, ...(version !== '' && { version }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `sha256:…` if the text is or holds one, as `pkg:oci/model@sha256%3A…` and `ghcr.io/acme/model@sha256:…` do; lower case. */
export function digestIn(text: string): string | undefined {
  const [, hex] = /(?:^|@)sha256(?::|%3a)([0-9a-f]{64})(?![0-9a-z])/i.exec(text.slice(0, MAX_LENGTH)) ?? [];
  return hex === undefined ? undefined : `sha256:${hex.toLowerCase()}`;
}
