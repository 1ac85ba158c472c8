import { readFileSync } from 'node:fs';
import type { TrustRootFinding } from '../finding';
import { tufCachePlace } from '../files/userDirectories';
import type { OwnPlace } from '../files/userDirectories';
import { success } from '../result';
import type { Result } from '../result';
import { loadEmbeddedSeed } from './embeddedSeed';
import { loadTrustRootFile, unavailable } from './trustRoot';
import type { TrustRootDeclaration, TrustRootUnavailable } from './trustRoot';
import { endingSoon } from './trustRootExpiry';
import type { TrustRootExpiring } from './trustRootExpiry';
import { TufFiles } from './tufFiles';
import { fetchTrustedRoot, readKeptTrustedRoot } from './tufRepository';
import type { TufExpiry, TufRole } from './tufRepository';
import type { LoadedTrustRoot } from './types';

/** The TUF repository of the public-good instance: https://github.com/sigstore/root-signing */
const PUBLIC_GOOD_MIRROR = 'https://tuf-repo-cdn.sigstore.dev';
const DEFAULT_TIMEOUT_MS = 10_000;

export interface TufTrustRootOptions {
  /** Where TUF metadata is kept between runs. @default a directory of ours under the user's cache directory; without a home
   * nothing is kept */
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
 * Loads a trust root by TUF, that of the public-good Sigstore or of a `mirror`: fresh from the repository; else from what was kept of it,
 * while none of that has expired; else, for the public good, the copy embedded in `@sigstore/tuf`, until the root metadata of that copy
 * expires. After that there is no trust root: a copy of unlimited age would let an attacker who blocks the network keep a compromised
 * authority alive.
 *
 * Everything is verified from the root that the policy names (or the embedded one), online and offline: what lies in a cache is material, not
 * an anchor. The TUF client is loaded by this call and not by importing the module.
 *
 * @returns the trust root, or `trust-root-unavailable`
 * @see https://theupdateframework.github.io/specification/latest/#detailed-client-workflow
 */
export async function loadTufTrustRoot(
  root: TrustRootDeclaration,
  options: TufTrustRootOptions = {},
): Promise<Result<TrustRootInUse, TrustRootUnavailable>> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, mirror, now = new Date() } = options;
  const url = mirror?.url ?? PUBLIC_GOOD_MIRROR;
  const seed = mirror === undefined ? await loadEmbeddedSeed(url) : undefined;
  const anchor = mirror === undefined ? seed?.rootMetadata : readRegularFileOf(mirror.rootFile);
  if (anchor === undefined) return unavailable(root.name, `${mirror?.rootFile ?? url}: there is no root.json to start from`);
  const files = new TufFiles(url, placeOf(options.cacheDirectory));
  const repository = { url, anchor, files };
  try {
    const { trustedRoot, expiry } = await fetchTrustedRoot(repository, timeoutMs);
    const loaded = loadTrustRootFile(trustedRoot, root);
    return loaded.ok ? success({ root: loaded.value, warnings: expiring(root.name, expiry, now) }) : loaded;
  } catch (error) {
    const reason = `${url}: ${rootCause(error)}`;
    const kept = await readKeptTrustedRoot(repository, now);
    const copy = kept ?? (seed && { trustedRoot: seed.trustedRoot, expires: seed.expires });
    if (copy === undefined) return unavailable(root.name, `${reason}, and there is no offline copy that verifies from its root.json`);
    if (copy.expires <= now) {
      return unavailable(root.name, `${reason}, and the offline copy expired on ${copy.expires.toISOString()}`);
    }
    const loaded = loadTrustRootFile(copy.trustedRoot, root);
    if (!loaded.ok) return loaded;
    const warning: TrustRootOffline = {
      code: 'trust-root-offline',
      trustRoot: root.name,
      reason,
      copy: kept === undefined ? 'package' : 'cache',
      expires: copy.expires.toISOString(),
    };
    return success({ root: loaded.value, warnings: [warning] });
  }
}

/** A directory that the caller names belongs to the caller from there on. */
const placeOf = (directory: string | undefined): OwnPlace | undefined =>
  directory === undefined ? tufCachePlace() : { root: directory, path: directory };

/** As large as TUF clients allow a root to be. */
const MAX_ROOT_BYTES = 512_000;

function readRegularFileOf(file: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(file);
    return bytes.length <= MAX_ROOT_BYTES ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever keeps the repository has stopped to sign, or forgot; when the metadata expires, nobody gets a trust root from it any more. */
function expiring(trustRoot: string, expiry: TufExpiry, now: Date): readonly TrustRootExpiring[] {
  return expiry.flatMap(({ role, expires }) => endingSoon(trustRoot, `TUF ${role}`, expires, now, WARN_DAYS[role]));
}

/** `fetch failed` alone helps nobody; the cause says which host and why. */
function rootCause(error: unknown): string {
  if (error instanceof Error && error.cause !== undefined) return rootCause(error.cause);
  // What the engine says about JSON of another form is no reason that anybody could act on.
  const isOfJavaScript = [TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind);
  if (!(error instanceof Error) || (isOfJavaScript && error.message !== 'fetch failed')) return 'its answer is no TUF metadata';
  return error.message;
}
