import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initializeTUFRepo, tufHandlers } from '@tufjs/repo-mock';
import { loadEmbeddedSeed } from '../../../verification/sigstore/embeddedSeed';
import { loadTufTrustRoot } from '../../../verification/sigstore/tufTrustRoot';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import { DEFAULT_THRESHOLDS, findingOf, valueOf } from '../../support/sigstore/verifying';

const ROOT = { name: 'public-good', thresholds: DEFAULT_THRESHOLDS };
const PUBLIC_GOOD = 'https://tuf-repo-cdn.sigstore.dev';

let directory: string;
let cacheDirectory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuf-'));
  cacheDirectory = join(directory, 'cache');
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

/** A TUF repository on loopback that serves one trusted root. */
async function startRepository(trustedRoot: string) {
  const repository = initializeTUFRepo([{ name: 'trusted_root.json', content: trustedRoot }]);
  const handlers = tufHandlers(repository, { metadataPathPrefix: '' });
  const server = createServer((request, response) => {
    const found = handlers.find(({ path }) => path === request.url)?.fn() ?? { statusCode: 404, response: '' };
    response.writeHead(found.statusCode).end(found.response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const rootFile = join(directory, 'root.json');
  await writeFile(rootFile, handlers[0]!.fn().response);
  const { port } = server.address() as AddressInfo;
  return {
    mirror: { url: `http://127.0.0.1:${port}`, rootFile },
    cache: join(cacheDirectory, encodeURIComponent(`127.0.0.1:${port}`)),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

describe('when the TUF repository answers', () => {
  it('loads what it vouches for, survives a broken cache, and serves from the cache once it is gone', async () => {
    const repository = await startRepository(JSON.stringify((await createLocalSigstore()).trustedRootJson));
    const options = { cacheDirectory, mirror: repository.mirror };

    const fresh = valueOf(await loadTufTrustRoot(ROOT, options));
    expect(fresh.root.name).toBe('public-good');
    expect(fresh.warnings).toEqual([]);

    await writeFile(join(repository.cache, 'root.json'), '{"broken":');
    expect(valueOf(await loadTufTrustRoot(ROOT, options)).warnings).toEqual([]);

    await repository.stop();
    const cached = valueOf(await loadTufTrustRoot(ROOT, options));
    expect(cached.warnings).toEqual([
      {
        code: 'trust-root-offline',
        trustRoot: 'public-good',
        reason: expect.stringContaining(repository.mirror.url),
        copy: 'cache',
        expires: expect.anything(),
      },
    ]);

    const later = new Date(Date.parse(cached.warnings[0]!.expires) + 1);
    expect(findingOf(await loadTufTrustRoot(ROOT, { ...options, now: later })).code).toBe('trust-root-unavailable');
  });

  it('warns before its metadata expires, of people sooner than of machines', async () => {
    const repository = await startRepository(JSON.stringify((await createLocalSigstore()).trustedRootJson));
    const options = { cacheDirectory, mirror: repository.mirror };
    await loadTufTrustRoot(ROOT, options);
    const expires = JSON.parse(await readFile(join(repository.cache, 'root.json'), 'utf8')).signed.expires as string;
    const partsBefore = async (hours: number) => {
      const now = new Date(Date.parse(expires) - hours * 60 * 60 * 1000);
      const { warnings } = valueOf(await loadTufTrustRoot(ROOT, { ...options, now }));
      return warnings.map((warning) => warning.code === 'trust-root-expiring' && [warning.part, warning.hasEnded]);
    };
    expect(await partsBefore(15 * 24)).toEqual([]);
    expect(await partsBefore(13 * 24)).toEqual([
      ['TUF root', false],
      ['TUF targets', false],
    ]);
    expect((await partsBefore(12)).length).toBe(4);
    await repository.stop();
  });

  it('refuses a trusted root that is incomplete', async () => {
    const repository = await startRepository('{}');
    const finding = findingOf(await loadTufTrustRoot(ROOT, { cacheDirectory, mirror: repository.mirror }));
    expect(finding.code).toBe('trust-root-unavailable');
    await repository.stop();
  });

  it('refuses a repository that another root signs', async () => {
    const repository = await startRepository('{}');
    const other = await startRepository('{}');
    const mirror = { url: repository.mirror.url, rootFile: other.mirror.rootFile };
    await repository.stop();
    await other.stop();
    expect(findingOf(await loadTufTrustRoot(ROOT, { cacheDirectory, mirror })).code).toBe('trust-root-unavailable');
  });
});

describe('when the TUF repository never answers', () => {
  it('gives up in time', async () => {
    const server = createServer(() => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const rootFile = join(directory, 'root.json');
    await writeFile(rootFile, Buffer.from(await seedRootMetadata(), 'base64'));
    const options = { cacheDirectory, mirror: { url: `http://127.0.0.1:${port}`, rootFile }, timeoutMs: 50 };
    expect(findingOf(await loadTufTrustRoot(ROOT, options)).reason).toMatch(/no answer within 0\.05 s/);
    server.close();
    server.closeAllConnections();
  });
});

async function seedRootMetadata(): Promise<string> {
  const seeds = JSON.parse(await readFile(require.resolve('@sigstore/tuf/seeds.json'), 'utf8')) as Record<string, Record<string, string>>;
  return seeds[PUBLIC_GOOD]!['root.json']!;
}

describe('when there is no network and no cache', () => {
  beforeEach(() => {
    const cause = new Error('getaddrinfo ENOTFOUND tuf-repo-cdn.sigstore.dev');
    jest
      .spyOn(globalThis, 'fetch')
      .mockRejectedValue(new TypeError('fetch failed', { cause: Object.assign(cause, { code: 'ENOTFOUND' }) }));
  });

  it('uses the embedded copy with a warning while it is young enough', async () => {
    const seed = (await loadEmbeddedSeed(PUBLIC_GOOD))!;
    const now = new Date(seed.expires.getTime() - 1);
    const loaded = valueOf(await loadTufTrustRoot(ROOT, { cacheDirectory, now }));
    expect(loaded.root.material.certificateAuthorities.length).toBeGreaterThan(0);
    expect(loaded.warnings).toEqual([
      {
        code: 'trust-root-offline',
        trustRoot: 'public-good',
        reason: `${PUBLIC_GOOD}: getaddrinfo ENOTFOUND tuf-repo-cdn.sigstore.dev`,
        copy: 'package',
        expires: seed.expires.toISOString(),
      },
    ]);
  });

  it('refuses the embedded copy once its root metadata has expired', async () => {
    const { expires } = (await loadEmbeddedSeed(PUBLIC_GOOD))!;
    const finding = findingOf(await loadTufTrustRoot(ROOT, { cacheDirectory, now: expires }));
    expect(finding.code).toBe('trust-root-unavailable');
    expect(finding.reason).toContain(`expired on ${expires.toISOString()}`);
  });

  it('has no embedded copy for another repository', async () => {
    expect(await loadEmbeddedSeed('https://tuf.example.test')).toBeUndefined();
  });
});
