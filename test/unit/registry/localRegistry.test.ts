import { digestOf } from '../../../verification/reference/digest';
import type { LocalRegistry } from '../../support/registry';
import { startRegistry } from '../../support/registry';

/** The test registry has to speak the protocol as pushing clients do; real cosign drives it in the integration tests. */
describe('when a client pushes to the test registry', () => {
  let registry: LocalRegistry;
  beforeEach(async () => (registry = await startRegistry()));
  afterEach(async () => registry.close());

  const url = (path: string): string => new URL(path, `http://${registry.address}`).href;
  const content = Buffer.from('hello world');
  const digest = digestOf(content);

  async function startUpload(query = ''): Promise<string> {
    const started = await fetch(url(`/v2/a/b/blobs/uploads/${query}`), { method: 'POST' });
    expect(started.status).toBe(202);
    return started.headers.get('location') ?? '';
  }

  async function expectStored(): Promise<void> {
    const blob = await fetch(url(`/v2/a/b/blobs/${digest}`));
    expect(Buffer.from(await blob.arrayBuffer())).toEqual(content);
  }

  it('takes a blob in one POST', async () => {
    const pushed = await fetch(url(`/v2/a/b/blobs/uploads/?digest=${digest}`), { method: 'POST', body: content });
    expect(pushed.status).toBe(201);
    await expectStored();
  });

  it('takes a blob by POST and PUT, also after a mount that it does not do', async () => {
    const location = await startUpload(`?mount=${digest}&from=x/y`);
    expect((await fetch(url(`${location}?digest=${digest}`), { method: 'PUT', body: content })).status).toBe(201);
    await expectStored();
  });

  it('takes a blob in chunks', async () => {
    const location = await startUpload();
    for (const chunk of [content.subarray(0, 5), content.subarray(5)]) {
      expect((await fetch(url(location), { method: 'PATCH', body: chunk })).status).toBe(202);
    }
    expect((await fetch(url(`${location}?digest=${digest}`), { method: 'PUT' })).status).toBe(201);
    await expectStored();
  });

  it('refuses a blob under a wrong digest', async () => {
    const pushed = await fetch(url(`/v2/a/b/blobs/uploads/?digest=${digestOf(Buffer.from('x'))}`), { method: 'POST', body: content });
    expect(pushed.status).toBe(400);
  });

  it('announces that it indexes a subject, and lists by artifact type', async () => {
    const subject = registry.pushImage('a/b', 'v1');
    const body = JSON.stringify({ schemaVersion: 2, layers: [], artifactType: 'application/x', subject: { digest: subject } });
    const pushed = await fetch(url(`/v2/a/b/manifests/${digestOf(Buffer.from(body))}`), { method: 'PUT', body });
    expect(pushed.headers.get('oci-subject')).toBe(subject);
    const count = async (type: string): Promise<number> => {
      const listed = await fetch(url(`/v2/a/b/referrers/${subject}?artifactType=${encodeURIComponent(type)}`));
      return ((await listed.json()) as { manifests: unknown[] }).manifests.length;
    };
    expect([await count('application/x'), await count('application/y')]).toEqual([1, 0]);
  });

  it('answers HEAD with the headers of GET', async () => {
    const manifest = registry.pushImage('a/b', 'v1');
    const head = await fetch(url('/v2/a/b/manifests/v1'), { method: 'HEAD' });
    expect(head.headers.get('docker-content-digest')).toBe(manifest);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
    expect(registry.requests).toEqual([{ method: 'HEAD', path: '/v2/a/b/manifests/v1' }]);
  });
});
