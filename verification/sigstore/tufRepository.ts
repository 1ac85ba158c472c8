import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expiryOf } from './embeddedSeed';
import type { OfflineCopy } from './embeddedSeed';
import { member } from '../json';
import { trustConfiguredAuthorities } from '../registry/networkEnvironment';
import type { TufFiles } from './tufFiles';

const TRUSTED_ROOT_TARGET = 'trusted_root.json';

/** A TUF repository, what it is verified from, and what earlier runs kept of it. */
export interface TufRepository {
  readonly url: string;
  /** The `root.json` that the policy names, or the embedded one: the only anchor, in every run. */
  readonly anchor: Uint8Array;
  readonly files: TufFiles;
}

export type TufRole = 'root' | 'targets' | 'snapshot' | 'timestamp';

/** When the verified metadata of each role expires. */
export type TufExpiry = readonly { readonly role: TufRole; readonly expires: Date }[];

/** A trusted root that the metadata of its repository vouches for. */
export interface VerifiedTrustedRoot {
  readonly trustedRoot: Uint8Array;
  readonly expiry: TufExpiry;
}

/**
 * Brings the metadata up to date and returns the trusted root that it vouches for. What is kept spares requests for what never changes; where
 * it does not verify, everything is fetched anew.
 *
 * @throws Error when the repository cannot be reached in time, or what it serves does not verify
 */
export async function fetchTrustedRoot(repository: TufRepository, timeoutMs: number): Promise<VerifiedTrustedRoot> {
  try {
    return await withDeadline(updateFrom(repository, 'network and kept files'), timeoutMs);
  } catch (error) {
    if (isNetworkFailure(error)) throw error;
    return withDeadline(updateFrom(repository, 'network'), timeoutMs);
  }
}

/**
 * The trusted root from what earlier runs kept, without the network, as long as none of its metadata has expired. The whole chain is verified
 * again from the anchor: an attacker may have written those files.
 *
 * @returns `undefined` when there is no such copy
 */
export async function readKeptTrustedRoot(repository: TufRepository, now: Date): Promise<OfflineCopy | undefined> {
  try {
    const { trustedRoot, expiry } = await updateFrom(repository, 'kept files');
    const expires = new Date(Math.min(...expiry.map((each) => each.expires.getTime())));
    return expires > now ? { trustedRoot, expires } : undefined;
  } catch {
    return undefined;
  }
}

type Source = 'network' | 'network and kept files' | 'kept files';

/**
 * One run of the TUF client, in a directory of its own that is removed afterwards: the client takes the `root.json` in its directory for its
 * anchor, so that directory must not be one that outlives the run.
 */
async function updateFrom({ url, anchor, files }: TufRepository, source: Source): Promise<VerifiedTrustedRoot> {
  trustConfiguredAuthorities();
  // The TUF client takes longer to load than a signature to verify, and only policies with such a trust root need it.
  const { Updater, createFetcher } = await import('./tufFetcher.js');
  const directory = await mkdtemp(join(tmpdir(), 'tuf-'));
  try {
    await writeFile(join(directory, 'root.json'), anchor);
    // A timestamp of an earlier run keeps the repository from going back behind it; it counts only if it verifies from the anchor.
    const timestamp = source === 'network' ? undefined : files.read('timestamp.json');
    if (timestamp !== undefined) await writeFile(join(directory, 'timestamp.json'), timestamp);

    const fetcher = createFetcher(url, {
      kept: (name) => (source === 'network' ? undefined : source === 'kept files' ? files.read(name) : files.readFixed(name)),
      offline: source === 'kept files',
    });
    const updater = new Updater({
      metadataBaseUrl: url,
      targetBaseUrl: `${url.replace(/\/$/, '')}/targets`,
      metadataDir: directory,
      targetDir: directory,
      fetcher,
    });
    await updater.refresh();
    const target = await updater.getTargetInfo(TRUSTED_ROOT_TARGET);
    if (target === undefined) throw new Error(`the repository has no target ${TRUSTED_ROOT_TARGET}`);
    const file = await updater.downloadTarget(target, join(directory, 'trusted-root'));
    const verified = { trustedRoot: await readFile(file), expiry: await expiryIn(directory) };
    // Only now: before, nothing of it was verified. The root goes with it for other tools to look at; here it is never an anchor.
    if (source !== 'kept files') files.keep(new Map([...fetcher.fetched, ['root.json', await readFile(join(directory, 'root.json'))]]));
    return verified;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The client leaves there what it verified, and nothing else. */
async function expiryIn(directory: string): Promise<TufExpiry> {
  const roles: readonly TufRole[] = ['root', 'targets', 'snapshot', 'timestamp'];
  const read = async (role: TufRole) => {
    const expires = expiryOf(await readFile(join(directory, `${role}.json`)));
    if (expires === undefined) throw new Error(`${role}.json has no time of expiry`);
    return { role, expires };
  };
  return Promise.all(roles.map(read));
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
    // Whichever lost the race may still fail, and nothing waits for it any more.
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
