import type { SigningPeriod } from '../order';
import { parsePackageUrl } from '../sbom/packageUrl';
import type { Vulnerability } from './vulnerability';

/** https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#status-labels; CycloneDX's states are put into these words. */
export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

/** One statement about a vulnerability, in the image as a whole or in one of its packages. */
export interface VexStatement {
  /** Id and aliases. */
  readonly vulnerabilities: readonly string[];
  readonly status: VexStatus;
  /** `image`, or a package: name as in `PackageUrl`, with the version if the statement names one. */
  readonly scope: string;
  /** When the statement was made, by its own account. */
  readonly madeAt?: Date;
}

/** Scope of a statement about the whole image. */
export const IMAGE_SCOPE = 'image';

/** Scope of a statement about a package; `undefined` when the text is not a package URL, and then the statement speaks about nothing here. */
export function packageScope(text: string): string | undefined {
  const url = parsePackageUrl(text);
  return url === undefined ? undefined : scopeOf(url.name, url.version);
}

const scopeOf = (name: string, version?: string): string => (version === undefined ? name : `${name}@${version}`);

/** What is known about one vulnerability in one scope, in milliseconds. */
interface Known {
  /** The latest time that a statement which removes it has at least. */
  readonly removedSince?: number;
  /** The latest time that a statement which removes nothing may have. */
  readonly keptUntil?: number;
}

/**
 * The VEX statements about an image, by vulnerability. For one vulnerability and scope the newest statement counts, and of those whose order
 * is not known the one that removes nothing: an old "not affected" never outlives a newer "affected".
 */
export class VexStatements {
  readonly #known = new Map<string, Map<string, Known>>();

  /** @param period when the statement was made */
  add(statement: VexStatement, { earliest, latest }: SigningPeriod): void {
    const removes = statement.status === 'not_affected' || statement.status === 'fixed';
    for (const id of statement.vulnerabilities) {
      const scopes = this.#known.get(id.toUpperCase()) ?? new Map<string, Known>();
      this.#known.set(id.toUpperCase(), scopes);
      const known = scopes.get(statement.scope) ?? {};
      scopes.set(
        statement.scope,
        removes
          ? { ...known, removedSince: Math.max(known.removedSince ?? -Infinity, earliest) }
          : { ...known, keptUntil: Math.max(known.keptUntil ?? -Infinity, latest) },
      );
    }
  }

  /** Whether the newest statement about it says that the image is not affected, or holds the fix. */
  removes({ id, packageUrl }: Vulnerability): boolean {
    const scopes = this.#known.get(id.toUpperCase());
    if (scopes === undefined) return false;
    const url = packageUrl === undefined ? undefined : parsePackageUrl(packageUrl);
    const names = [IMAGE_SCOPE, ...(url === undefined ? [] : [scopeOf(url.name), scopeOf(url.name, url.version)])];
    const statements = [...new Set(names)].flatMap((name) => scopes.get(name) ?? []);
    const removing = statements.flatMap(({ removedSince }) => removedSince ?? []);
    const keeping = statements.flatMap(({ keptUntil }) => keptUntil ?? []);
    return removing.length > 0 && (keeping.length === 0 || Math.max(...removing) > Math.max(...keeping));
  }
}
