import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expiryOf } from './embeddedSeed';
import type { OfflineCopy } from './embeddedSeed';
import { member } from '../json';
import { trustConfiguredAuthorities } from '../registry/networkEnvironment';

const TRUSTED_ROOT_TARGET = 'trusted_root.json';
/** One second chance for a lost packet; `pulumi preview` waits for this. */
const RETRY = { retries: 1, minTimeout: 200, maxTimeout: 500 };

/** A TUF repository and where its metadata is kept. */
export interface TufRepository {
  readonly url: string;
  /** First `root.json`, for repositories whose root the client does not carry. */
  readonly rootFile: string | undefined;
  readonly cacheDirectory: string;
}

/**
 * Brings the TUF metadata up to date and returns the trusted root that it vouches for. A cache that is broken rather than old is built anew.
 *
 * @throws Error when the repository cannot be reached in time, or what it serves does not verify
 */
export async function fetchTrustedRoot(repository: TufRepository, timeoutMs: number): Promise<Uint8Array> {
  try {
    return await withDeadline(readTarget(repository, { forceCache: false, forceInit: false }), timeoutMs);
  } catch (error) {
    if (isNetworkFailure(error)) throw error;
    return withDeadline(readTarget(repository, { forceCache: false, forceInit: true }), timeoutMs);
  }
}

/**
 * The trusted root from the cache, without the network, as long as none of its metadata has expired. Read through the TUF client, which
 * verifies it again: files in a cache are not evidence of anything.
 *
 * @returns `undefined` when there is no such copy
 */
export async function readCachedTrustedRoot(repository: TufRepository, timeoutMs: number, now: Date): Promise<OfflineCopy | undefined> {
  try {
    const expires = expiryOf(await readFile(metadataFile(repository, 'timestamp')));
    // With expired metadata the client would try the network once more.
    if (expires === undefined || expires <= now) return undefined;
    return { trustedRoot: await withDeadline(readTarget(repository, { forceCache: true, forceInit: false }), timeoutMs), expires };
  } catch {
    return undefined;
  }
}

export type TufRole = 'root' | 'targets' | 'snapshot' | 'timestamp';

/**
 * When the metadata of each role expires, after it was brought up to date. Read from the cache as it lies there, so for warnings and for nothing
 * else; a role that cannot be read is left out.
 */
export async function metadataExpiry(repository: TufRepository): Promise<readonly { readonly role: TufRole; readonly expires: Date }[]> {
  const roles: readonly TufRole[] = ['root', 'targets', 'snapshot', 'timestamp'];
  const read = async (role: TufRole) => {
    const bytes = await readFile(metadataFile(repository, role)).catch(() => undefined);
    const expires = bytes && expiryOf(bytes);
    return expires === undefined ? [] : [{ role, expires }];
  };
  return (await Promise.all(roles.map(read))).flat();
}

function metadataFile({ url, cacheDirectory }: TufRepository, role: TufRole): string {
  const { host, pathname } = new URL(url);
  return join(cacheDirectory, encodeURIComponent(host + pathname.replace(/\/$/, '')), `${role}.json`);
}

async function readTarget(repository: TufRepository, mode: { forceCache: boolean; forceInit: boolean }): Promise<Uint8Array> {
  trustConfiguredAuthorities();
  // The TUF client takes longer to load than a signature to verify, and only public-good policies need it.
  const { initTUF } = await import('@sigstore/tuf');
  const client = await initTUF({
    mirrorURL: repository.url,
    cachePath: repository.cacheDirectory,
    ...(repository.rootFile !== undefined && { rootPath: repository.rootFile }),
    retry: RETRY,
    ...mode,
  });
  return Buffer.from(await client.getTarget(TRUSTED_ROOT_TARGET));
}

/** The client limits each request only; a slow server may answer many of them slowly. */
async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const finished = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: finished.signal }).then(() => {
    throw Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    finished.abort();
    // Whichever lost the race may still fail, and nobody waits for it any more.
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
}

/** System errors carry codes like `ECONNREFUSED`; the TUF client names HTTP errors. Everything else is about the content. */
function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = member(error, 'code');
  const isSystemError = typeof code === 'string' && /^E[A-Z]+$/.test(code) && code !== 'ENOENT';
  return isSystemError || error.name === 'DownloadHTTPError' || isNetworkFailure(error.cause);
}
