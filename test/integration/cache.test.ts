import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VerificationCacheOptions } from '../../verification';
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

const filesOf = (cache: { readonly directory: string }, kind: 'content' | 'results'): readonly string[] =>
  readdirSync(path.join(cache.directory, 'v1', kind), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

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
    const files = [...filesOf(cache, 'content'), ...filesOf(cache, 'results')];
    const good = files.map((file) => readFileSync(file, 'hex'));
    for (const file of files) writeFileSync(file, change(readFileSync(file)));
    const { result, paths } = await run(image.reference, cache);
    expect(result).toEqual(VERIFIED);
    expect(paths.filter(fetchesContent).length).toBeGreaterThan(3);
    expect(files.map((file) => readFileSync(file, 'hex'))).toEqual(good);
  });

  it('takes no result from another place, or from a cache with another secret', async () => {
    const [mine, theirs] = [await signed('acme/mine'), supplyChain.push('acme/theirs')];
    await supplyChain.sign(theirs, FOREIGN_WORKFLOW);
    const cache = freshCache();
    await run(mine.reference, cache);
    const [good] = filesOf(cache, 'results');
    const victim = freshCache();
    await run(theirs.reference, victim);
    // The results of an approved signer, under the names of the stranger's.
    for (const file of filesOf(victim, 'results')) writeFileSync(file, readFileSync(good ?? ''));
    expect((await run(theirs.reference, victim)).result).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
    for (const file of filesOf(victim, 'results')) writeFileSync(file, readFileSync(good ?? ''));
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
