import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VerificationCacheOptions } from '../../verification';
import { Segment, encodeSegment } from '../../verification/cache/segment';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

let supplyChain: SupplyChain;
beforeAll(async () => {
  supplyChain = await startSupplyChain();
});
afterAll(async () => supplyChain.stop());

const VERIFIED = { outcome: 'verified', codes: [] };

function freshCache(): Required<Pick<VerificationCacheOptions, 'directory' | 'secretFile'>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'verification-cache-'));
  return { directory: path.join(directory, 'cache'), secretFile: path.join(directory, 'secret') };
}

/** One run: a verifier of its own, as a process has. */
async function run(reference: string, cache: VerificationCacheOptions, policy: object = trustPolicyOf(supplyChain)) {
  supplyChain.registry.clearRequests();
  const result = summary(await (await verifierFor(policy, { cache })).verify(reference));
  return { result, paths: supplyChain.registry.requests.map((request) => request.path) };
}

async function signed(repository: string): Promise<PushedImage> {
  const image = supplyChain.push(repository);
  await supplyChain.sign(image, RELEASE_WORKFLOW);
  await supplyChain.signLegacy(image, RELEASE_WORKFLOW);
  return image;
}

const segmentsOf = (cache: { readonly directory: string }): readonly string[] =>
  readdirSync(path.join(cache.directory, 'v2'))
    .filter((file) => file.endsWith('.segment'))
    .map((file) => path.join(cache.directory, 'v2', file));

/** Entries by the start of their key: `63` is content, `72` are results. */
const entriesOf = (cache: { readonly directory: string }, kind: '63' | '72'): ReadonlyMap<string, Buffer> =>
  new Map(
    segmentsOf(cache)
      .flatMap((file) => Segment.open(file) ?? [])
      .flatMap((segment) => segment.keys.filter((key) => key.startsWith(kind)).map((key) => [key, segment.read(key) ?? Buffer.alloc(0)])),
  );

/** Exchanges what the cache holds. */
function overwrite(cache: { readonly directory: string }, entries: ReadonlyMap<string, Buffer>): void {
  const [first, ...others] = segmentsOf(cache);
  writeFileSync(first ?? '', encodeSegment(entries));
  for (const file of others) rmSync(file);
}

const fetchesContent = (requested: string): boolean => requested.includes('/blobs/') || requested.includes('/manifests/sha256:');

describe('when an image was verified in an earlier run', () => {
  it('fetches neither blobs nor manifests by digest, and asks again for what can change', async () => {
    const image = await signed('acme/cached');
    const cache = freshCache();
    const cold = await run(image.reference, cache);
    expect(cold.result).toEqual(VERIFIED);
    expect(cold.paths.filter(fetchesContent).length).toBeGreaterThan(3);
    const warm = await run(image.reference, cache);
    expect(warm.result).toEqual(VERIFIED);
    expect(warm.paths.filter(fetchesContent)).toEqual([]);
    expect(warm.paths.some((requested) => requested.includes('/referrers/'))).toBe(true);
    expect(warm.paths.some((requested) => requested.endsWith('.sig'))).toBe(true);
  });

  it('gives the same verdict, word for word', async () => {
    const image = await signed('acme/same-words');
    const cache = freshCache();
    const verdict = async () => (await verifierFor(trustPolicyOf(supplyChain), { cache })).verify(image.reference);
    const cold = await verdict();
    expect(await verdict()).toEqual(cold);
    expect(cold.outcome).toBe('verified');
  });

  it('evaluates the policy again: another identity, or another trust root name, decides anew', async () => {
    const image = await signed('acme/policy-changed');
    const cache = freshCache();
    await run(image.reference, cache);
    const authorities = [{ name: 'other', keyless: { trustRoot: 'local', identities: [FOREIGN_WORKFLOW] } }];
    const stricter = trustPolicyOf(supplyChain, { policies: [keylessPolicy(supplyChain, { authorities })] });
    expect((await run(image.reference, cache, stricter)).result).toMatchObject({ outcome: 'rejected' });
  });

  it('verifies again under a trust root of other content', async () => {
    const image = await signed('acme/root-changed');
    const cache = freshCache();
    await run(image.reference, cache);
    const other = await startSupplyChain();
    try {
      const trustRoots = [{ name: 'local', file: { path: other.running.trustedRootFile } }];
      const { result } = await run(image.reference, cache, trustPolicyOf(supplyChain, { trustRoots }));
      expect(result).toEqual({ outcome: 'rejected', codes: ['signature-invalid', 'signature-invalid'] });
    } finally {
      await other.stop();
    }
  });

  it('verifies again under higher thresholds', async () => {
    const image = await signed('acme/thresholds-changed');
    const cache = freshCache();
    await run(image.reference, cache);
    const root = { name: 'local', file: { path: supplyChain.running.trustedRootFile }, thresholds: { timestamps: 2 } };
    const { result } = await run(image.reference, cache, trustPolicyOf(supplyChain, { trustRoots: [root] }));
    expect(result.outcome).toBe('rejected');
  });

  it('resolves a tag again, and follows it to another image', async () => {
    const image = await signed('acme/tagged');
    const cache = freshCache();
    const tagged = `${supplyChain.registry.address}/acme/tagged:v2.1.0`;
    expect((await run(tagged, cache)).result).toEqual(VERIFIED);
    const moved = supplyChain.registry.pushImage('acme/tagged', 'v2.1.0', { layers: [Buffer.from('other')] });
    expect(moved).not.toBe(image.digest);
    expect((await run(tagged, cache)).result).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
  });

  it('sees a signature that came since', async () => {
    const image = supplyChain.push('acme/signed-later');
    const cache = freshCache();
    expect((await run(image.reference, cache)).result).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    expect((await run(image.reference, cache)).result).toEqual(VERIFIED);
  });
});

describe('when somebody wrote to the cache', () => {
  it.each([
    ['other bytes', (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 1))],
    ['nothing', () => Buffer.alloc(0)],
    ['a part', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['more', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from(' ')])],
  ])('ignores entries that hold %s, and builds them anew', async (_what, change) => {
    const image = await signed('acme/corrupt');
    const cache = freshCache();
    await run(image.reference, cache);
    const good = new Map([...entriesOf(cache, '63'), ...entriesOf(cache, '72')]);
    expect(good.size).toBeGreaterThan(4);
    overwrite(cache, new Map([...good].map(([key, bytes]) => [key, change(bytes)])));
    const again = await run(image.reference, cache);
    expect(again.result).toEqual(VERIFIED);
    expect(again.paths.filter(fetchesContent).length).toBeGreaterThan(3);
    const third = await run(image.reference, cache);
    expect(third.result).toEqual(VERIFIED);
    expect(third.paths.filter(fetchesContent)).toEqual([]);
  });

  it.each([
    ['torn', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['of something else', () => Buffer.from('#!/bin/sh\nexit 1\n')],
  ])('ignores a file that is %s, and keeps to another', async (_what, change) => {
    const image = await signed('acme/torn');
    const cache = freshCache();
    await run(image.reference, cache);
    for (const file of segmentsOf(cache)) writeFileSync(file, change(readFileSync(file)));
    expect((await run(image.reference, cache)).result).toEqual(VERIFIED);
    const { result, paths } = await run(image.reference, cache);
    expect(result).toEqual(VERIFIED);
    expect(paths.filter(fetchesContent)).toEqual([]);
  });

  it('takes no result from another place, or from a cache with another secret', async () => {
    const [mine, theirs] = [await signed('acme/mine'), supplyChain.push('acme/theirs')];
    await supplyChain.sign(theirs, FOREIGN_WORKFLOW);
    const cache = freshCache();
    await run(mine.reference, cache);
    const [good = Buffer.alloc(0)] = entriesOf(cache, '72').values();
    const victim = freshCache();
    await run(theirs.reference, victim);
    // The results of an approved signer, under the names of the stranger's.
    const forged = new Map([...entriesOf(victim, '63'), ...[...entriesOf(victim, '72').keys()].map((key) => [key, good] as const)]);
    overwrite(victim, forged);
    expect((await run(theirs.reference, victim)).result).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
    overwrite(victim, forged);
    expect((await run(theirs.reference, { ...victim, secretFile: cache.secretFile })).result.outcome).toBe('rejected');
  });

  it('lets processes that start at the same time share it', async () => {
    const image = await signed('acme/shared');
    const cache = freshCache();
    const runs = await Promise.all(Array.from({ length: 8 }, () => run(image.reference, cache)));
    expect(runs.map(({ result }) => result)).toEqual(Array.from({ length: 8 }, () => VERIFIED));
    expect((await run(image.reference, cache)).paths.filter(fetchesContent)).toEqual([]);
  });
});

describe('when the process ends with the last verdict', () => {
  it('has written everything by then, in one file', async () => {
    const images = await Promise.all(['acme/end-1', 'acme/end-2', 'acme/end-3'].map(signed));
    const cache = freshCache();
    const verifier = await verifierFor(trustPolicyOf(supplyChain), { cache });
    const verdicts = await Promise.all(images.map((image) => verifier.verify(image.reference)));
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['verified', 'verified', 'verified']);
    expect(segmentsOf(cache)).toHaveLength(1);
    expect((await run(images[2]?.reference ?? '', cache)).paths.filter(fetchesContent)).toEqual([]);
  });
});

describe('when there is no cache', () => {
  it('fetches everything again', async () => {
    const image = await signed('acme/uncached');
    const verify = async () => (await verifierFor(trustPolicyOf(supplyChain), { cache: false })).verify(image.reference);
    await verify();
    supplyChain.registry.clearRequests();
    await verify();
    expect(supplyChain.registry.requests.filter((request) => fetchesContent(request.path)).length).toBeGreaterThan(3);
  });
});
