import { mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openVerificationCache } from '../../../verification/cache';
import type { VerificationCacheOptions } from '../../../verification/cache';
import { RELEASE_WORKFLOW, startSupplyChain } from '../supplyChain';
import type { SupplyChain } from '../supplyChain';
import { trustPolicyOf, verifierFor } from '../verify';
import type { Answer } from './attempt';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');

/** A directory outside of the cache, with files that our housekeeping would remove, empty or replace in its own. */
export function makeVictim(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'victim-'));
  const names = ['evicted', 'cache-secret', `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}.segment`, `.${'0'.repeat(36)}.tmp`];
  for (const name of names) {
    writeFileSync(path.join(directory, name), `${name} of someone else`);
    utimesSync(path.join(directory, name), LONG_AGO, LONG_AGO);
  }
  return directory;
}

/** Names, contents and times of all that is there. */
export const contentsOf = (directory: string): string =>
  JSON.stringify(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const file = path.join(directory, name);
        const status = statSync(file);
        return [name, status.isFile() ? readFileSync(file, 'latin1') : 'directory', status.mtimeMs];
      }),
  );

/** A place for a cache of its own, as a fresh home would give. */
export function freshPlace(): {
  readonly base: string;
  readonly options: Required<Pick<VerificationCacheOptions, 'directory' | 'secretFile'>>;
} {
  const base = mkdtempSync(path.join(tmpdir(), 'cache-place-'));
  mkdirSync(path.join(base, 'cache'), { mode: 0o700 });
  return { base, options: { directory: path.join(base, 'cache'), secretFile: path.join(base, 'state', 'cache-secret') } };
}

let supplyChain: SupplyChain;
let images = 0;

/** One supply chain for a test file. */
export function withSupplyChain(): void {
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
  });
  afterAll(() => supplyChain.stop());
}

/** Verifies a signed image with that cache; `accepted` if it is verified and nothing changed in `watched`. */
export async function verifyWith(options: VerificationCacheOptions, watched: string): Promise<Answer> {
  const before = contentsOf(watched);
  const image = supplyChain.push(`acme/cached-${images++}`);
  await supplyChain.sign(image, RELEASE_WORKFLOW);
  const verdict = await (await verifierFor(trustPolicyOf(supplyChain), { cache: options })).verify(image.reference);
  // Writing and housekeeping, which the end of a run would bring.
  const cache = openVerificationCache(options);
  cache.overRegistry({ resolve: () => Promise.reject(new Error('not asked')) } as never);
  await cache.settled();
  if (verdict.outcome !== 'verified') return { outcome: verdict.outcome, codes: verdict.findings.map(({ code }) => code) };
  return contentsOf(watched) === before ? { outcome: 'accepted', codes: [] } : { outcome: 'rejected', codes: ['the-victim-was-touched'] };
}
