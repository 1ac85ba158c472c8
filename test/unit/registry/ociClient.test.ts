import { digestOf } from '../../../verification/reference/digest';
import type { Descriptor } from '../../../verification/registry/types';
import type { HostileRegistry, HostileRoutes, LocalRegistry } from '../../support/registry';
import {
  findingOf,
  inTurn,
  patient,
  reference,
  repositoryAt,
  respond,
  startHostileRegistry,
  startRegistry,
  testClient,
  valueOf,
} from '../../support/registry';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

function blobDescriptor(bytes: Uint8Array): Descriptor {
  return { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length, annotations: {} };
}

describe('when the registry is honest', () => {
  let registry: LocalRegistry;
  beforeEach(async () => (registry = await startRegistry()));
  afterEach(async () => registry.close());

  it('resolves a tag to the digest of its bytes', async () => {
    const digest = registry.pushImage('team/app', 'v1', { annotations: { a: 'b' } });
    const manifest = valueOf(await testClient().resolve(reference(`${registry.address}/team/app:v1`), patient()));
    expect(manifest).toMatchObject({ digest, mediaType: MANIFEST, annotations: { a: 'b' } });
    expect(manifest.layers).toHaveLength(1);
  });

  it('resolves an index to its children', async () => {
    const child = registry.pushImage('team/app', undefined);
    registry.pushIndex('team/app', 'v1', [child]);
    const manifest = valueOf(await testClient().resolve(reference(`${registry.address}/team/app:v1`), patient()));
    expect(manifest.manifests.map(({ digest }) => digest)).toEqual([child]);
  });

  it('lets the digest decide when a reference has tag and digest', async () => {
    const pinned = registry.pushImage('team/app', 'old');
    registry.pushImage('team/app', 'v1');
    const manifest = valueOf(await testClient().resolve(reference(`${registry.address}/team/app:v1@${pinned}`), patient()));
    expect(manifest.digest).toBe(pinned);
    expect(registry.requests.map(({ path }) => path)).toEqual([`/v2/team/app/manifests/${pinned}`]);
  });

  it('reads a blob', async () => {
    const bytes = Buffer.from('the weights');
    registry.putBlob('team/app', bytes);
    const blob = valueOf(await testClient().blob(repositoryAt(registry.address), blobDescriptor(bytes), 100, patient()));
    expect(Buffer.from(blob)).toEqual(bytes);
  });

  it('refuses a blob larger than the caller allows before the first request', async () => {
    const bytes = Buffer.alloc(101);
    registry.putBlob('team/app', bytes);
    const result = await testClient().blob(repositoryAt(registry.address), blobDescriptor(bytes), 100, patient());
    expect(findingOf(result, 'limit-exceeded')).toMatchObject({ limit: '100 bytes', found: '101 bytes by its descriptor' });
    expect(registry.requests).toEqual([]);
  });

  it.each(['no-such-repository/app:v1', 'team/app:no-such-tag', `team/app@sha256:${'0'.repeat(64)}`])('finds no %s', async (name) => {
    registry.pushImage('team/app', 'v1');
    const text = `${registry.address}/${name}`;
    expect(findingOf(await testClient().resolve(reference(text), patient()), 'image-not-found')).toEqual({
      code: 'image-not-found',
      reference: text,
      registry: registry.address,
    });
  });

  it('gives undefined for a tag that does not exist, and image-not-found for such a digest', async () => {
    const client = testClient();
    const repository = repositoryAt(registry.address);
    expect(valueOf(await client.tagged(repository, 'v9', patient()))).toBeUndefined();
    findingOf(await client.manifest(repository, digestOf(Buffer.from('x')), patient()), 'image-not-found');
  });

  it('says that a blob is missing although its manifest is there', async () => {
    registry.pushImage('team/app', 'v1');
    const result = await testClient().blob(repositoryAt(registry.address), blobDescriptor(Buffer.from('gone')), 100, patient());
    expect(findingOf(result, 'registry-response-invalid').found).toContain('HTTP 404');
  });

  it('resolves a tag once in its life, so that a moved tag cannot give two answers', async () => {
    const client = testClient();
    const image = reference(`${registry.address}/team/app:v1`);
    const first = registry.pushImage('team/app', 'v1', { annotations: { build: '1' } });
    expect(valueOf(await client.resolve(image, patient())).digest).toBe(first);
    const second = registry.pushImage('team/app', 'v1', { annotations: { build: '2' } });
    expect(valueOf(await client.resolve(image, patient())).digest).toBe(first);
    expect(valueOf(await testClient().resolve(image, patient())).digest).toBe(second);
  });

  it('does not remember that a tag was missing', async () => {
    const client = testClient();
    expect(valueOf(await client.tagged(repositoryAt(registry.address), 'v1', patient()))).toBeUndefined();
    const digest = registry.pushImage('team/app', 'v1');
    expect(valueOf(await client.tagged(repositoryAt(registry.address), 'v1', patient()))?.digest).toBe(digest);
  });

  it('asks once for what many want at the same time, and for what it has read', async () => {
    const client = testClient();
    const repository = repositoryAt(registry.address);
    const digest = registry.pushImage('team/app', 'v1');
    const bytes = Buffer.from('bundle');
    registry.putBlob('team/app', bytes);
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          valueOf(await client.manifest(repository, digest, patient()));
          valueOf(await client.blob(repository, blobDescriptor(bytes), 100, patient()));
        }),
      );
    }
    expect(registry.requests.map(({ path }) => path)).toEqual([
      `/v2/team/app/manifests/${digest}`,
      `/v2/team/app/blobs/${digestOf(bytes)}`,
    ]);
  });

  it('does not answer for one repository with what it read in another', async () => {
    const client = testClient();
    const digest = registry.pushImage('team/app', 'v1');
    valueOf(await client.manifest(repositoryAt(registry.address), digest, patient()));
    findingOf(await client.manifest(repositoryAt(registry.address, 'other/app'), digest, patient()), 'image-not-found');
  });

  it('keeps the others going when one of several callers gives up', async () => {
    await registry.close();
    registry = await startRegistry({ latencyMs: 50 });
    const client = testClient();
    const digest = registry.pushImage('team/app', 'v1');
    const impatient = new AbortController();
    const abandoned = client.manifest(repositoryAt(registry.address), digest, impatient.signal);
    const patientOne = client.manifest(repositoryAt(registry.address), digest, patient());
    impatient.abort();
    findingOf(await abandoned, 'registry-timeout');
    expect(valueOf(await patientOne).digest).toBe(digest);
  });

  it('makes no request for a caller whose deadline has passed', async () => {
    const digest = registry.pushImage('team/app', 'v1');
    findingOf(await testClient().manifest(repositoryAt(registry.address), digest, AbortSignal.abort()), 'registry-timeout');
    expect(registry.requests).toEqual([]);
  });

  it('keeps to the allowed number of requests in flight', async () => {
    let flying = 0;
    let most = 0;
    const counting = await startHostileRegistry({
      '*': (request, response) => {
        most = Math.max(most, (flying += 1));
        setTimeout(() => {
          flying -= 1;
          respond(200, JSON.stringify({ schemaVersion: 2, layers: [] }))(request, response);
        }, 5);
      },
    });
    const client = testClient({ concurrency: 3 });
    const tags = Array.from({ length: 12 }, (_, index) => `v${index}`);
    const results = await Promise.all(tags.map(async (tag) => client.tagged(repositoryAt(counting.address), tag, patient())));
    await counting.close();
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(3);
  });
});

describe('when the registry lies', () => {
  let registry: HostileRegistry;
  afterEach(async () => registry.close());

  const manifestBytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, layers: [] }));
  const otherBytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, layers: [], annotations: { other: 'image' } }));

  async function hostile(routes: HostileRoutes): Promise<void> {
    registry = await startHostileRegistry(routes);
  }

  it('does not accept other bytes for a digest, whatever Docker-Content-Digest says (CVE-2023-33959)', async () => {
    const wanted = digestOf(manifestBytes);
    await hostile({ '*': respond(200, otherBytes, { 'content-type': MANIFEST, 'docker-content-digest': wanted }) });
    const finding = findingOf(await testClient().manifest(repositoryAt(registry.address), wanted, patient()), 'digest-mismatch');
    expect(finding).toMatchObject({ expected: wanted, found: digestOf(otherBytes) });
  });

  it('does not accept bytes behind a tag that are not those the registry announces', async () => {
    await hostile({ '*': respond(200, otherBytes, { 'content-type': MANIFEST, 'docker-content-digest': digestOf(manifestBytes) }) });
    const result = await testClient().resolve(reference(`${registry.address}/team/app:v1`), patient());
    expect(findingOf(result, 'digest-mismatch')).toMatchObject({ expected: digestOf(manifestBytes), found: digestOf(otherBytes) });
  });

  it('computes the digest of a tag itself', async () => {
    await hostile({ '*': respond(200, otherBytes, { 'content-type': MANIFEST, 'docker-content-digest': 'sha256:nonsense' }) });
    const manifest = valueOf(await testClient().resolve(reference(`${registry.address}/team/app:v1`), patient()));
    expect(manifest.digest).toBe(digestOf(otherBytes));
  });

  it('asks by digest after it resolved a tag that moves (CVE-2022-47633)', async () => {
    const tag = inTurn(respond(200, manifestBytes), respond(200, otherBytes));
    const byDigest = respond(200, manifestBytes);
    await hostile({ '/v2/team/app/manifests/v1': tag, [`/v2/team/app/manifests/${digestOf(manifestBytes)}`]: byDigest });
    const client = testClient({ limits: { cacheBytes: 0 } });
    const image = reference(`${registry.address}/team/app:v1`);
    const { digest } = valueOf(await client.resolve(image, patient()));
    expect(valueOf(await client.manifest(image.repository, digest, patient())).digest).toBe(digest);
    expect(valueOf(await client.resolve(image, patient())).digest).toBe(digest);
    expect(registry.requests.map(({ path }) => path)).toEqual(['/v2/team/app/manifests/v1', `/v2/team/app/manifests/${digest}`]);
  });

  it('does not accept other bytes for a blob', async () => {
    const bytes = Buffer.from('good');
    await hostile({ '*': respond(200, 'evil') });
    findingOf(await testClient().blob(repositoryAt(registry.address), blobDescriptor(bytes), 100, patient()), 'digest-mismatch');
  });

  it('does not keep what did not match', async () => {
    const bytes = Buffer.from('good');
    await hostile({ '*': inTurn(respond(200, 'evil'), respond(200, bytes)) });
    const client = testClient();
    findingOf(await client.blob(repositoryAt(registry.address), blobDescriptor(bytes), 100, patient()), 'digest-mismatch');
    expect(Buffer.from(valueOf(await client.blob(repositoryAt(registry.address), blobDescriptor(bytes), 100, patient())))).toEqual(bytes);
  });

  it('does not accept a blob that is shorter than its descriptor says', async () => {
    const bytes = Buffer.from('good');
    await hostile({ '*': respond(200, bytes) });
    const descriptor = { ...blobDescriptor(bytes), size: 50 };
    const finding = findingOf(
      await testClient().blob(repositoryAt(registry.address), descriptor, 100, patient()),
      'registry-response-invalid',
    );
    expect(finding).toMatchObject({ expected: '50 bytes, as its descriptor says', found: '4 bytes' });
  });

  it('stops reading a blob at the size of its descriptor', async () => {
    const bytes = Buffer.from('good and much more');
    await hostile({ '*': respond(200, bytes) });
    const descriptor = { ...blobDescriptor(bytes), size: 4 };
    findingOf(await testClient().blob(repositoryAt(registry.address), descriptor, 100, patient()), 'limit-exceeded');
  });

  it('refuses a manifest with more layers than allowed', async () => {
    const layers = Array.from({ length: 11 }, () => blobDescriptor(Buffer.from('x')));
    await hostile({ '*': respond(200, JSON.stringify({ schemaVersion: 2, layers })) });
    const client = testClient({ limits: { manifestDescriptors: 10 } });
    const finding = findingOf(await client.resolve(reference(`${registry.address}/team/app:v1`), patient()), 'limit-exceeded');
    expect(finding).toMatchObject({ limit: '10', found: '11' });
  });

  it.each<[string, number, string, string, string]>([
    ['a page for people', 200, 'text/html', '<!DOCTYPE html><title>Sign in</title>', 'HTTP 200, text/html, "<!DOCTYPE html>'],
    ['a page for people as 404', 404, 'text/html; charset=utf-8', '<h1>Not Found</h1>', 'HTTP 404, text/html, "<h1>'],
    ['nothing', 200, MANIFEST, '', 'empty body'],
    ['control characters', 200, MANIFEST, '\u001b[31mred\u0007\n', '"[31mred"'],
    ['an unexpected status', 418, 'text/plain', 'teapot', 'HTTP 418, text/plain, "teapot"'],
    ['schema 1', 200, MANIFEST, '{"schemaVersion":1}', 'schema 1'],
  ])('says what it got instead of a manifest: %s', async (_case, status, type, body, found) => {
    await hostile({ '*': respond(status, body, { 'content-type': type }) });
    const finding = findingOf(
      await testClient().resolve(reference(`${registry.address}/team/app:v1`), patient()),
      'registry-response-invalid',
    );
    expect(finding.found).toContain(found);
  });
});
