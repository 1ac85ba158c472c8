import type { RegistryClientOptions } from '../../../verification/registry/ociClient';
import type { Manifest } from '../../../verification/registry/types';
import type { Result } from '../../../verification/result';
import type { FakeInternet, FakeSites } from '../../support/registry';
import { fakeInternet, findingOf, patient, reference, testClient, valueOf } from '../../support/registry';

const ANN_PASSWORD = { kind: 'password', username: 'ann', password: 'hunter2' } as const;
const ANN_BASIC = `Basic ${Buffer.from('ann:hunter2').toString('base64')}`;
const MANIFEST_BODY = JSON.stringify({ schemaVersion: 2, layers: [] });

/** Credentials for one registry and for no other, as a docker configuration would give them. */
function only(registry: string): RegistryClientOptions {
  return { credentials: (asked) => (asked.registry === registry ? ANN_PASSWORD : undefined) };
}

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
