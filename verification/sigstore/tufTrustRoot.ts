import { mkdir } from 'node:fs/promises';
import type { TrustRootFinding } from '../finding';
import { success } from '../result';
import type { Result } from '../result';
import { loadEmbeddedSeed } from './embeddedSeed';
import { loadTrustRootFile, unavailable } from './trustRoot';
import type { TrustRootDeclaration, TrustRootUnavailable } from './trustRoot';
import { endingSoon } from './trustRootExpiry';
import type { TrustRootExpiring } from './trustRootExpiry';
import { fetchTrustedRoot, metadataExpiry, readCachedTrustedRoot } from './tufRepository';
import { tufCacheDirectory } from '../tufCacheDirectory';
import type { TufRepository, TufRole } from './tufRepository';
import type { LoadedTrustRoot } from './types';

/** The TUF repository of the public-good instance: https://github.com/sigstore/root-signing */
const PUBLIC_GOOD_MIRROR = 'https://tuf-repo-cdn.sigstore.dev';
const DEFAULT_TIMEOUT_MS = 10_000;

export interface TufTrustRootOptions {
  /** Where TUF metadata is kept between runs. @default a directory of ours under the user's cache directory */
  readonly cacheDirectory?: string;
  /** Milliseconds for the whole update, not per request. @default 10,000 */
  readonly timeoutMs?: number;
  /** Another TUF repository, with its first `root.json`; there is no embedded copy of such a one. @default the public good */
  readonly mirror?: { readonly url: string; readonly rootFile: string };
  /** @default the present time */
  readonly now?: Date;
}

export type TrustRootOffline = Extract<TrustRootFinding, { code: 'trust-root-offline' }>;

/** A loaded trust root; the warnings say that an offline copy had to do, or that the metadata of the repository soon expires. */
export interface TrustRootInUse {
  readonly root: LoadedTrustRoot;
  readonly warnings: readonly (TrustRootOffline | TrustRootExpiring)[];
}

/** Days before the end. People sign root and targets, a machine signs the others every few days. */
const WARN_DAYS: Readonly<Record<TufRole, number>> = { root: 14, targets: 14, snapshot: 1, timestamp: 1 };

/**
 * Loads a trust root by TUF, that of the public-good Sigstore or of a `mirror`: fresh from the repository; else from the TUF cache while its metadata has not expired; else the
 * copy embedded in `@sigstore/tuf`, with a warning, until the root metadata of that copy expires. After that there is no trust root: a
 * copy of unlimited age would let whoever blocks the network keep a compromised authority alive.
 *
 * The TUF client is loaded by this call and not by importing the module.
 *
 * @returns the trust root, or `trust-root-unavailable`
 * @see https://theupdateframework.github.io/specification/latest/#detailed-client-workflow
 */
export async function loadTufTrustRoot(
  root: TrustRootDeclaration,
  options: TufTrustRootOptions = {},
): Promise<Result<TrustRootInUse, TrustRootUnavailable>> {
  const { cacheDirectory = tufCacheDirectory(), timeoutMs = DEFAULT_TIMEOUT_MS, mirror, now = new Date() } = options;
  const repository = { url: mirror?.url ?? PUBLIC_GOOD_MIRROR, rootFile: mirror?.rootFile, cacheDirectory };
  try {
    // The cache holds the root that later roots must be signed by: nobody else may write there.
    await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
    const loaded = loadTrustRootFile(await fetchTrustedRoot(repository, timeoutMs), root);
    return loaded.ok ? success({ root: loaded.value, warnings: await expiring(root.name, repository, now) }) : loaded;
  } catch (error) {
    const reason = `${repository.url}: ${rootCause(error)}`;
    const copy = (await readCachedTrustedRoot(repository, timeoutMs, now)) ?? (mirror ? undefined : await loadEmbeddedSeed(repository.url));
    if (copy === undefined) return unavailable(root.name, `${reason}, and there is no offline copy`);
    if (copy.expires <= now) {
      return unavailable(root.name, `${reason}, and the offline copy expired on ${copy.expires.toISOString()}`);
    }
    const loaded = loadTrustRootFile(copy.trustedRoot, root);
    if (!loaded.ok) return loaded;
    const warning: TrustRootOffline = {
      code: 'trust-root-offline',
      trustRoot: root.name,
      reason,
      expires: copy.expires.toISOString(),
    };
    return success({ root: loaded.value, warnings: [warning] });
  }
}

/** Whoever keeps the repository has stopped to sign, or forgot; when the metadata expires, nobody gets a trust root from it any more. */
async function expiring(trustRoot: string, repository: TufRepository, now: Date): Promise<readonly TrustRootExpiring[]> {
  const ends = await metadataExpiry(repository);
  return ends.flatMap(({ role, expires }) => endingSoon(trustRoot, `TUF ${role}`, expires, now, WARN_DAYS[role]));
}

/** `fetch failed` alone helps nobody; the cause says which host and why. */
function rootCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootCause(error.cause);
}
