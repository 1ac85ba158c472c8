import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerConfigCredentials } from '../../../verification/registry/dockerConfig';
import type { RegistryClientOptions } from '../../../verification/registry/ociClient';
import type { Manifest } from '../../../verification/registry/types';
import type { Result } from '../../../verification/result';
import type { HostileRegistry, LocalRegistry, RegistryAuth } from '../../support/registry';
import {
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
const MANIFEST_BODY = JSON.stringify({ schemaVersion: 2, layers: [] });

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
