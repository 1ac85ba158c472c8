import { readFile } from 'node:fs/promises';
import { member, parseJson } from '../json';

/** A copy of a trusted root that needs no network, and when it must no longer be used. */
export interface OfflineCopy {
  readonly trustedRoot: Uint8Array;
  readonly expires: Date;
}

/** The copy inside of a package, with the root metadata that its repository is verified from. */
export interface EmbeddedSeed extends OfflineCopy {
  readonly rootMetadata: Uint8Array;
}

/**
 * The copy that `@sigstore/tuf` carries to start its client with. It is as trustworthy as the installed package; its age is judged by the
 * expiry of the root metadata beside it.
 *
 * @returns the copy, or `undefined` when the package holds none for this repository or its form has changed
 */
export async function loadEmbeddedSeed(repositoryUrl: string): Promise<EmbeddedSeed | undefined> {
  const seed = member(parseJson(await readFile(require.resolve('@sigstore/tuf/seeds.json'))), repositoryUrl);
  const rootMetadata = member(seed, 'root.json');
  const trustedRoot = member(seed, 'targets', 'trusted_root.json');
  if (typeof rootMetadata !== 'string' || typeof trustedRoot !== 'string') return undefined;
  const root = Buffer.from(rootMetadata, 'base64');
  const expires = expiryOf(root);
  return expires && { trustedRoot: Buffer.from(trustedRoot, 'base64'), rootMetadata: root, expires };
}

/** `signed.expires` of TUF metadata; `undefined` when it is not there or not a date. */
export function expiryOf(metadata: Uint8Array): Date | undefined {
  const text = member(parseJson(metadata), 'signed', 'expires');
  const expires = new Date(typeof text === 'string' ? text : NaN);
  return Number.isNaN(expires.getTime()) ? undefined : expires;
}
