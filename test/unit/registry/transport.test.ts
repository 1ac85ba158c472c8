import { gzipSync } from 'node:zlib';
import type { RegistryClientOptions } from '../../../verification/registry/ociClient';
import type { Manifest } from '../../../verification/registry/types';
import type { Result } from '../../../verification/result';
import type { HostileHandler, HostileRegistry } from '../../support/registry';
import {
  endless,
  fakeInternet,
  findingOf,
  hangUp,
  inTurn,
  patient,
  redirectTo,
  reference,
  respond,
  silent,
  stalled,
  startHostileRegistry,
  testClient,
  valueOf,
} from '../../support/registry';

const GOOD = respond(200, JSON.stringify({ schemaVersion: 2, layers: [] }));
const MANIFEST_PATH = '/v2/team/app/manifests/v1';

let servers: HostileRegistry[] = [];
afterEach(async () => {
  await Promise.all(servers.map(async (server) => server.close()));
  servers = [];
});

async function serve(handler: HostileHandler): Promise<HostileRegistry> {
  const server = await startHostileRegistry({ '*': handler });
  servers.push(server);
  return server;
}

async function resolveAt(server: HostileRegistry, options: RegistryClientOptions = {}, signal = patient()): Promise<Result<Manifest>> {
  return await testClient(options).resolve(reference(`${server.address}/team/app:v1`), signal);
}

describe('when an answer has no end', () => {
  const limits = { manifestBytes: 100_000 };

  it('stops reading at the bound', async () => {
    const finding = findingOf(await resolveAt(await serve(endless()), { limits }), 'limit-exceeded');
    expect(finding).toMatchObject({ limit: '100000 bytes', found: 'more than 100000 bytes' });
  });

  it('refuses an announced length above the bound', async () => {
    const finding = findingOf(await resolveAt(await serve(endless({ 'content-length': '99999999999' })), { limits }), 'limit-exceeded');
    expect(finding.found).toBe('99999999999 bytes announced');
  });

  it('has read enough of a refusal without end', async () => {
    const server = await serve((_request, response) => void response.writeHead(404).write('a'.repeat(100_000)));
    findingOf(await resolveAt(server), 'image-not-found');
  });

  it('bounds manifests at 4 MiB unless told otherwise', async () => {
    expect(findingOf(await resolveAt(await serve(endless())), 'limit-exceeded').limit).toBe('4 MiB');
  });
});

describe('when an answer is encoded', () => {
  it('asks for the bytes as they are and refuses a gzip bomb unopened', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const server = await serve(respond(200, bomb, { 'content-encoding': 'gzip', 'content-type': 'application/json' }));
    expect(findingOf(await resolveAt(server), 'registry-response-invalid').found).toContain('content encoding gzip');
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('accepts the encoding that changes nothing', async () => {
    const body = JSON.stringify({ schemaVersion: 2, layers: [] });
    valueOf(await resolveAt(await serve(respond(200, body, { 'content-encoding': 'identity' }))));
  });
});

describe('when an answer is slow', () => {
  it.each([
    ['never starts', silent()],
    ['never ends', stalled()],
    ['announces more than comes', stalled({ 'content-length': '100' })],
  ])('gives up on one that %s', async (_case, handler) => {
    const server = await serve(handler);
    const finding = findingOf(await resolveAt(server, { requestTimeoutMs: 500 }), 'registry-timeout');
    expect(finding).toEqual({
      code: 'registry-timeout',
      registry: server.address,
      operation: 'read manifest team/app:v1',
      seconds: 0.5,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up when the caller does', async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    findingOf(await resolveAt(server, {}, controller.signal), 'registry-timeout');
  });

  it('is not lengthened by drops', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    findingOf(await resolveAt(server, { requestTimeoutMs: 150 }), 'registry-timeout');
  });
});

describe('when the registry is in trouble', () => {
  it.each([429, 500, 502, 503, 504])('tries again after %i', async (status) => {
    const server = await serve(inTurn(respond(status, ''), respond(status, ''), GOOD));
    valueOf(await resolveAt(server));
    expect(server.requests).toHaveLength(3);
  });

  it('tries again after a lost connection', async () => {
    const server = await serve(inTurn(hangUp(), GOOD));
    valueOf(await resolveAt(server));
  });

  it('stops after two retries', async () => {
    const server = await serve(respond(503, ''));
    const finding = findingOf(await resolveAt(server), 'registry-unreachable');
    expect(finding.reason).toBe('HTTP 503 after 3 attempts');
    expect(server.requests).toHaveLength(3);
  });

  it('does not wait longer than the request may take', async () => {
    const server = await serve(respond(429, '', { 'retry-after': '3600' }));
    expect(findingOf(await resolveAt(server), 'registry-unreachable').reason).toBe('HTTP 429 after 1 attempt');
  });

  it('stops waiting when the caller gives up', async () => {
    const controller = new AbortController();
    const server = await serve((request, response) => {
      respond(503, '', { 'retry-after': '5' })(request, response);
      response.on('finish', () => setTimeout(() => controller.abort(), 20));
    });
    findingOf(await resolveAt(server, {}, controller.signal), 'registry-timeout');
    expect(server.requests).toHaveLength(1);
  });

  it('says in one line why there is no connection', async () => {
    const server = await serve(GOOD);
    await server.close();
    const finding = findingOf(await resolveAt(server), 'registry-unreachable');
    expect(finding.reason).toBe(`connect ECONNREFUSED ${server.address}`);
  });

  it('takes a server that does not speak HTTP for unreachable', async () => {
    const server = await serve((request) => void request.socket.end('SSH-2.0-OpenSSH\r\n'));
    expect(findingOf(await resolveAt(server), 'registry-unreachable').reason).not.toContain('\n');
  });

  it('takes a body that is cut short for a lost connection', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"schemaVersion":2,', () => response.destroy());
    });
    findingOf(await resolveAt(server), 'registry-unreachable');
    expect(server.requests).toHaveLength(3);
  });
});

describe('when the registry redirects', () => {
  it('follows to storage elsewhere', async () => {
    const storage = await serve(GOOD);
    valueOf(await resolveAt(await serve(redirectTo(`http://${storage.address}/object?sig=1`))));
    expect(storage.requests.map(({ path }) => path)).toEqual(['/object?sig=1']);
  });

  it('follows five times and not six', async () => {
    const hops = (count: number): HostileHandler => inTurn(...hopList(count));
    const hopList = (count: number): [HostileHandler, ...HostileHandler[]] => [
      redirectTo('/1'),
      ...Array.from({ length: count - 1 }, (_, index) => redirectTo(`/${index + 2}`)),
      GOOD,
    ];
    valueOf(await resolveAt(await serve(hops(5))));
    const finding = findingOf(await resolveAt(await serve(hops(6))), 'registry-redirect-refused');
    expect(finding.reason).toBe('more than 5 redirects');
  });

  it('does not run in circles', async () => {
    const server = await serve(redirectTo(MANIFEST_PATH));
    findingOf(await resolveAt(server), 'registry-redirect-refused');
    expect(server.requests).toHaveLength(6);
  });

  it('refuses to be sent to plain http on the network, and keeps the signed query to itself', async () => {
    const server = await serve(redirectTo('http://storage.example.com/object?X-Amz-Signature=secret'));
    const finding = findingOf(await resolveAt(server), 'registry-redirect-refused');
    expect(finding.location).toBe('http://storage.example.com/object');
    expect(JSON.stringify(finding)).not.toContain('secret');
  });

  it('refuses a redirect without Location', async () => {
    findingOf(await resolveAt(await serve(respond(307, ''))), 'registry-redirect-refused');
  });

  it.each([
    ['http://storage.example.com/x', 'https to plain http'],
    ['http://127.0.0.1:1/x', 'https to plain http'],
    ['https://169.254.169.254/latest/meta-data/', 'private network'],
    ['https://localhost:8443/x', 'private network'],
  ])('refuses to go from a public registry to %s', async (location, reason) => {
    const internet = fakeInternet({
      [`https://ghcr.io${MANIFEST_PATH}`]: () => new Response(null, { status: 307, headers: { location } }),
    });
    const result = await testClient().resolve(reference('ghcr.io/team/app:v1'), patient());
    internet.restore();
    expect(findingOf(result, 'registry-redirect-refused').reason).toContain(reason);
    expect(internet.seen).toHaveLength(1);
  });
});

describe('when a host only looks like this machine', () => {
  it.each(['localhost.evil.com:5000', '127.0.0.1.evil.com', '10.0.0.1:5000'])('speaks https with %s', async (host) => {
    const internet = fakeInternet({});
    findingOf(await testClient().resolve(reference(`${host}/team/app:v1`), patient()), 'registry-unreachable');
    internet.restore();
    expect(internet.seen.map(({ url }) => new URL(url).protocol)).toEqual(['https:']);
  });
});
