import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerConfigCredentials } from '../../../verification/registry/dockerConfig';
import type { RegistryClientOptions } from '../../../verification/registry/ociClient';
import type { Manifest } from '../../../verification/registry/types';
import type { Result } from '../../../verification/result';
import type { FakeInternet, FakeSites, HostileRegistry, LocalRegistry, RegistryAuth } from '../../support/registry';
import {
  fakeInternet,
  findingOf,
  patient,
  reference,
  repositoryAt,
  respond,
  startHostileRegistry,
  startRegistry,
  testClient,
  valueOf,
} from '../../support/registry';

const ANN = { username: 'ann', password: 'hunter2' };
const ANN_PASSWORD = { kind: 'password', ...ANN } as const;
const ANN_BASIC = `Basic ${Buffer.from('ann:hunter2').toString('base64')}`;
const MANIFEST_BODY = JSON.stringify({ schemaVersion: 2, layers: [] });

/** Credentials for one registry and for no other, as a docker configuration would give them. */
function only(registry: string): RegistryClientOptions {
  return { credentials: (asked) => (asked.registry === registry ? ANN_PASSWORD : undefined) };
}

describe('when the registry wants authentication', () => {
  let registry: LocalRegistry;
  afterEach(async () => registry.close());

  async function start(auth: RegistryAuth): Promise<void> {
    registry = await startRegistry({ auth });
    registry.pushImage('team/app', 'v1');
  }

  async function resolveImage(options: RegistryClientOptions = {}): Promise<Result<Manifest>> {
    return await testClient(options).resolve(reference(`${registry.address}/team/app:v1`), patient());
  }

  it.each(['basic', 'bearer'] as const)('gets in with credentials by %s', async (kind) => {
    await start({ kind, ...ANN });
    valueOf(await resolveImage({ credentials: () => ANN_PASSWORD }));
    expect(registry.requests[0]).not.toHaveProperty('authorization');
  });

  it.each(['basic', 'bearer'] as const)('is refused without credentials by %s, which is not "not found"', async (kind) => {
    await start({ kind, ...ANN });
    const finding = findingOf(await resolveImage(), 'registry-unauthorized');
    expect(finding).toMatchObject({ registry: registry.address, repository: 'team/app', status: 401, credentials: 'none' });
    expect(finding.reason).toContain(`no credentials are configured for ${registry.address}`);
  });

  it.each(['basic', 'bearer'] as const)('is refused with the wrong password by %s, and does not show it', async (kind) => {
    await start({ kind, ...ANN });
    const finding = findingOf(
      await resolveImage({ credentials: () => ({ kind: 'password', username: 'ann', password: 'wrong-pw' }) }),
      'registry-unauthorized',
    );
    expect(finding.credentials).toBe('sent');
    expect(JSON.stringify(finding)).not.toMatch(/wrong-pw|Basic|Bearer/);
  });

  it('gets in without credentials where everybody is given a token', async () => {
    await start({ kind: 'bearer', ...ANN, anonymousPull: true });
    valueOf(await resolveImage());
  });

  it('asks for pull on its repository only, whatever the challenge suggests', async () => {
    await start({ kind: 'bearer', ...ANN });
    valueOf(await resolveImage({ credentials: () => ANN_PASSWORD }));
    const token = registry.requests.find(({ path }) => path.startsWith('/token'));
    expect(new URL(token?.path ?? '', 'http://x').searchParams.getAll('scope')).toEqual(['repository:team/app:pull']);
  });

  it('shares one token among concurrent and later requests of a repository, and no further', async () => {
    await start({ kind: 'bearer', ...ANN });
    for (const tag of ['v2', 'v3', 'v4', 'v5']) registry.pushImage('team/app', tag);
    registry.pushImage('other/app', 'v1');
    const client = testClient({ credentials: () => ANN_PASSWORD });
    const repository = repositoryAt(registry.address);
    const results = await Promise.all(['v1', 'v2', 'v3', 'v4'].map(async (tag) => client.tagged(repository, tag, patient())));
    results.forEach(valueOf);
    valueOf(await client.tagged(repository, 'v5', patient()));
    expect(registry.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
    valueOf(await client.tagged(repositoryAt(registry.address, 'other/app'), 'v1', patient()));
    expect(registry.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(2);
  });

  it('gives the token to requests that were waiting in the queue while it was fetched', async () => {
    await start({ kind: 'bearer', ...ANN });
    const tags = Array.from({ length: 20 }, (_, number) => `t${number}`);
    for (const tag of tags) registry.pushImage('team/app', tag);
    const client = testClient({ credentials: () => ANN_PASSWORD, concurrency: 2 });
    const results = await Promise.all(tags.map(async (tag) => client.tagged(repositoryAt(registry.address), tag, patient())));
    results.forEach(valueOf);
    const refused = registry.requests.filter(({ path, authorization }) => path.startsWith('/v2/') && authorization === undefined);
    expect(refused.length).toBeLessThan(tags.length);
    expect(registry.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
  });

  it('gets a new token when the old one has expired', async () => {
    await start({ kind: 'bearer', ...ANN });
    registry.pushImage('team/app', 'v2');
    let now = 1_000_000;
    const client = testClient({ credentials: () => ANN_PASSWORD, now: () => now });
    valueOf(await client.tagged(repositoryAt(registry.address), 'v1', patient()));
    now += 3_600_000;
    valueOf(await client.tagged(repositoryAt(registry.address), 'v2', patient()));
    expect(registry.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(2);
  });

  describe('and docker is configured', () => {
    let directory: string;
    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'docker-config-'))));
    afterEach(() => rmSync(directory, { recursive: true }));

    async function withConfig(config: string): Promise<Result<Manifest>> {
      writeFileSync(join(directory, 'config.json'), config);
      return await resolveImage({ credentials: dockerConfigCredentials({ directory }) });
    }

    it('uses its entry for exactly this registry', async () => {
      await start({ kind: 'basic', ...ANN });
      const auth = Buffer.from('ann:hunter2').toString('base64');
      valueOf(await withConfig(JSON.stringify({ auths: { [registry.address]: { auth } } })));
    });

    it('goes on anonymously with a broken file', async () => {
      await start({ kind: 'bearer', ...ANN, anonymousPull: true });
      valueOf(await withConfig('{'));
    });

    it.each([
      ['a broken file', '{', 'is not a JSON object'],
      ['a credential store', '{"credsStore":"nobody-has-this"}', 'docker-credential-nobody-has-this, named in'],
    ])('tells about %s when it is refused', async (_case, config, reason) => {
      await start({ kind: 'basic', ...ANN });
      expect(findingOf(await withConfig(config), 'registry-unauthorized')).toMatchObject({
        credentials: 'none',
        reason: expect.stringContaining(reason),
      });
    });
  });
});

describe('when a registry refuses without a challenge we know', () => {
  let registry: HostileRegistry;
  afterEach(async () => registry.close());

  it.each<[string, number, Record<string, string>]>([
    ['401 without challenge', 401, {}],
    ['401 with an unknown scheme', 401, { 'www-authenticate': 'Negotiate' }],
    ['401 with junk', 401, { 'www-authenticate': '="",,,"' }],
    ['403', 403, {}],
  ])('is unauthorized: %s', async (_case, status, headers) => {
    registry = await startHostileRegistry({ '*': respond(status, '', headers) });
    const result = await testClient({ credentials: () => ANN_PASSWORD }).resolve(reference(`${registry.address}/team/app:v1`), patient());
    expect(findingOf(result, 'registry-unauthorized')).toMatchObject({ status, credentials: 'none' });
    expect(registry.requests.every(({ headers: sent }) => sent.authorization === undefined)).toBe(true);
  });
});

describe('when the token service misbehaves', () => {
  let registry: HostileRegistry;
  afterEach(async () => registry.close());

  async function resolveWithToken(body: string, status = 200): Promise<Result<Manifest>> {
    registry = await startHostileRegistry({
      '/token': respond(status, body, { 'content-type': 'application/json' }),
      '*': (request, response) => {
        const realm = `http://${request.headers.host ?? ''}/token`;
        respond(401, '', { 'www-authenticate': `Bearer realm="${realm}"` })(request, response);
      },
    });
    return await testClient().resolve(reference(`${registry.address}/team/app:v1`), patient());
  }

  it.each([
    ['no JSON', '<html>'],
    ['no token', '{"Token":"secret-token"}'],
    ['a token that is no text', '{"token":{"value":"secret-token"}}'],
    ['a token that breaks out of its header', '{"token":"secret-token\\r\\nX-Evil: 1"}'],
    ['an empty token', '{"token":""}'],
  ])('does not accept %s, and shows nothing of it', async (_case, body) => {
    const finding = findingOf(await resolveWithToken(body), 'registry-response-invalid');
    expect(finding).toMatchObject({ operation: 'get a token for team/app', found: 'HTTP 200, application/json' });
  });

  it('bounds the answer', async () => {
    expect(findingOf(await resolveWithToken('a'.repeat(100_000)), 'limit-exceeded').limit).toBe('64 KiB');
  });

  it('tries a token once', async () => {
    const finding = findingOf(await resolveWithToken('{"token":"secret-token"}'), 'registry-unauthorized');
    expect(finding.credentials).toBe('none');
    expect(JSON.stringify(finding)).not.toContain('secret-token');
    expect(registry.requests.map(({ path }) => path.split('?')[0])).toEqual([
      '/v2/team/app/manifests/v1',
      '/token',
      '/v2/team/app/manifests/v1',
    ]);
  });

  it('does not let the challenge widen the scope', async () => {
    registry = await startHostileRegistry({
      '/token': respond(403, ''),
      '*': (request, response) => {
        const wide = 'repository:team/app:pull,push,delete repository:secret/app:pull';
        const realm = `http://${request.headers.host ?? ''}/token?scope=registry:catalog:*`;
        respond(401, '', { 'www-authenticate': `Bearer realm="${realm}",scope="${wide}"` })(request, response);
      },
    });
    findingOf(
      await testClient({ credentials: () => ANN_PASSWORD }).resolve(reference(`${registry.address}/team/app:v1`), patient()),
      'registry-unauthorized',
    );
    const asked = new URL(registry.requests[1]?.path ?? '', 'http://x');
    expect(asked.searchParams.getAll('scope')).toEqual(['repository:team/app:pull']);
  });

  it('uses the token that another request got while a challenge was on its way', async () => {
    const late: (() => void)[] = [];
    registry = await startHostileRegistry({
      '/token': respond(200, '{"token":"one-token"}'),
      '*': (request, response) => {
        const realm = `http://${request.headers.host ?? ''}/token`;
        const refuse = () => respond(401, '', { 'www-authenticate': `Bearer realm="${realm}"` })(request, response);
        if (request.headers.authorization !== undefined) respond(200, MANIFEST_BODY)(request, response);
        else if (request.url?.endsWith('/late') === true) late.push(refuse);
        else refuse();
      },
    });
    const client = testClient();
    const overtaken = client.tagged(repositoryAt(registry.address), 'late', patient());
    valueOf(await client.tagged(repositoryAt(registry.address), 'v1', patient()));
    late.forEach((refuse) => refuse());
    valueOf(await overtaken);
    expect(registry.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
    expect(late).toHaveLength(1);
  });

  it('reports a service that is down as unreachable, not as a refusal', async () => {
    findingOf(await resolveWithToken('', 503), 'registry-unreachable');
  });
});

describe('when somebody fishes for credentials', () => {
  let internet: FakeInternet;
  afterEach(() => internet.restore());

  const challenge = (realm: string) => () =>
    new Response(null, { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } });
  const basic = () => new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } });
  const token = () => Response.json({ token: 'secret-token' });
  const manifestAt = (host: string): string => `https://${host}/v2/team/app/manifests/v1`;

  async function resolveOn(registry: string, sites: FakeSites, options: RegistryClientOptions): Promise<Result<Manifest>> {
    internet = fakeInternet(sites);
    return await testClient(options).resolve(reference(`${registry}/team/app:v1`), patient());
  }

  it.each(['evil-ghcr.io', 'ghcr.io.evil', 'sub.ghcr.io', 'ghcr.io:8443'])(
    'sends the credentials of ghcr.io nowhere on %s',
    async (host) => {
      const sites = { [manifestAt(host)]: challenge(`https://${host}/token`), [`https://${host}/token`]: token };
      findingOf(await resolveOn(host, sites, only('ghcr.io')), 'registry-unauthorized');
      expect(internet.seen.filter(({ authorization }) => authorization?.startsWith('Basic') === true)).toEqual([]);
    },
  );

  it.each(['evil-ghcr.io', 'ghcr.io.evil'])('sends no Basic credentials of ghcr.io to %s', async (host) => {
    findingOf(await resolveOn(host, { [manifestAt(host)]: basic }, only('ghcr.io')), 'registry-unauthorized');
    expect(internet.seen.every(({ authorization }) => authorization === null)).toBe(true);
  });

  it.each(['http://ghcr.io/token', 'https://169.254.169.254/', 'http://127.0.0.1/token'])('asks for no token at %s', async (realm) => {
    const result = await resolveOn('ghcr.io', { [manifestAt('ghcr.io')]: challenge(realm), [realm]: token }, only('ghcr.io'));
    expect(findingOf(result, 'registry-unauthorized')).toMatchObject({ credentials: 'none', reason: expect.stringContaining('realm') });
    expect(internet.seen.map(({ url }) => url)).toEqual([manifestAt('ghcr.io')]);
  });

  it.each(['https://evil.example.com/token', 'https://ghcr.io.evil/token', 'https://auth.ghcr.io/token'])(
    'sends no credentials to %s, and names the setting',
    async (realm) => {
      const sites = { [manifestAt('ghcr.io')]: challenge(realm), [realm]: () => new Response(null, { status: 401 }) };
      const result = await resolveOn('ghcr.io', sites, only('ghcr.io'));
      const reason = expect.stringContaining(`MODEL_GATE_TOKEN_REALMS="ghcr.io=${new URL(realm).host}"`);
      expect(findingOf(result, 'registry-unauthorized')).toMatchObject({ credentials: 'none', reason });
      expect(internet.seen.every(({ authorization }) => authorization === null)).toBe(true);
    },
  );

  it('gives the credentials of Docker Hub to auth.docker.io and the token to the registry', async () => {
    const path = 'https://registry-1.docker.io/v2/team/app/manifests/v1';
    const sites: FakeSites = {
      [path]: (authorization) => (authorization === null ? challenge('https://auth.docker.io/token')() : new Response(MANIFEST_BODY)),
      'https://auth.docker.io/token': token,
    };
    valueOf(await resolveOn('docker.io', sites, only('docker.io')));
    expect(internet.seen.map(({ authorization }) => authorization)).toEqual([null, ANN_BASIC, 'Bearer secret-token']);
  });

  it('leaves the token behind when a redirect leaves the origin, also on the way back', async () => {
    const redirect = (location: string) => new Response(null, { status: 307, headers: { location } });
    const sites: FakeSites = {
      [manifestAt('ghcr.io')]: (authorization) =>
        authorization === null ? challenge('https://ghcr.io/token')() : redirect('https://evil.example.com/x'),
      'https://ghcr.io/token': token,
      'https://evil.example.com/x': () => redirect('https://ghcr.io/back'),
      'https://ghcr.io/back': () => new Response(MANIFEST_BODY),
    };
    valueOf(await resolveOn('ghcr.io', sites, {}));
    expect(internet.seen.slice(-3).map(({ url, authorization }) => [new URL(url).host, authorization])).toEqual([
      ['ghcr.io', 'Bearer secret-token'],
      ['evil.example.com', null],
      ['ghcr.io', null],
    ]);
  });

  it('does not send the password after a token service that redirects away', async () => {
    const sites: FakeSites = {
      [manifestAt('ghcr.io')]: challenge('https://ghcr.io/token'),
      'https://ghcr.io/token': () => new Response(null, { status: 307, headers: { location: 'https://evil.example.com/token' } }),
      'https://evil.example.com/token': () => new Response(null, { status: 401 }),
    };
    findingOf(await resolveOn('ghcr.io', sites, only('ghcr.io')), 'registry-unauthorized');
    expect(internet.seen.find(({ url }) => url.startsWith('https://evil'))?.authorization).toBeNull();
  });

  it('does not print a token that the registry echoes', async () => {
    const sites: FakeSites = {
      [manifestAt('ghcr.io')]: (authorization) =>
        authorization === null ? challenge('https://ghcr.io/token')() : new Response(`you sent ${authorization}`, { status: 400 }),
      'https://ghcr.io/token': token,
    };
    const finding = findingOf(await resolveOn('ghcr.io', sites, {}), 'registry-response-invalid');
    expect(JSON.stringify(finding)).not.toContain('secret-token');
  });
});
