import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerConfigCredentials, machineCredentials } from '../../../verification/registry/dockerConfig';

const auth = (text: string): string => Buffer.from(text).toString('base64');
const found = { kind: 'password', username: 'ann', password: 's3cret:with:colons' };
const entry = { auth: auth('ann:s3cret:with:colons') };

describe('dockerConfigCredentials', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'docker-config-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  async function lookUp(config: unknown, registry: string, path = 'acme/models/sentiment'): Promise<unknown> {
    writeFileSync(join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
    return await dockerConfigCredentials({ directory })({ registry, path });
  }

  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['https://ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/v1/', 'ghcr.io'],
    ['GHCR.io/', 'ghcr.io'],
    ['localhost:5000', 'localhost:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['registry.corp:443', 'registry.corp'],
    ['https://registry.corp:443/v1/', 'registry.corp'],
  ])('finds the entry %s for %s', async (key, registry) => {
    expect(await lookUp({ auths: { [key]: entry } }, registry)).toEqual(found);
  });

  it.each([
    ['ghcr.io', 'evil-ghcr.io'],
    ['ghcr.io', 'ghcr.io.evil'],
    ['ghcr.io', 'ghcr.io:8443'],
    ['ghcr.io', 'sub.ghcr.io'],
    ['localhost:5000', 'localhost:5001'],
    ['localhost:5000', 'localhost'],
    ['ghcr.io/acme', 'ghcr.io'],
    ['https://index.docker.io/v1/', 'index.docker.io.evil'],
    ['__proto__', 'constructor'],
  ])('gives the entry %s to nobody at %s', async (key, registry) => {
    expect(await lookUp(`{"auths":{${JSON.stringify(key)}:${JSON.stringify(entry)}}}`, registry, 'other/app')).toBeUndefined();
  });

  it('finds nothing where there is no file', async () => {
    expect(
      await dockerConfigCredentials({ directory: join(directory, 'missing') })({ registry: 'ghcr.io', path: 'acme/app' }),
    ).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['broken JSON', '{', 'is not a JSON object'],
    ['a list', '[]', 'is not a JSON object'],
    ['broken base64', { auths: { 'ghcr.io': { auth: '%%%' } } }, 'is not base64 of username:password'],
    ['base64 without colon', { auths: { 'ghcr.io': { auth: auth('ann') } } }, 'is not base64 of username:password'],
    ['base64 without user', { auths: { 'ghcr.io': { auth: auth(':pw') } } }, 'is not base64 of username:password'],
    [
      'a store that is not installed',
      { auths: { 'ghcr.io': {} }, credsStore: 'not-installed' },
      'docker-credential-not-installed, named in',
    ],
    ['a helper that is not installed', { credHelpers: { 'ghcr.io': 'not-installed' } }, 'is not on the PATH'],
    ['a helper with a path', { credHelpers: { 'ghcr.io': '../../tmp/x' } }, 'which is no name of a helper'],
    ['a helper with a command', { credsStore: 'x; id' }, 'which is no name of a helper'],
    ['a registry token that breaks its header', { auths: { 'ghcr.io': { registrytoken: 'a\nb' } } }, 'is not a token'],
  ])('says what is wrong with %s', async (_case, config, problem) => {
    expect(await lookUp(config, 'ghcr.io')).toEqual({ kind: 'unusable', problem: expect.stringContaining(problem) });
  });

  it('does not apply the helper of another host', async () => {
    expect(await lookUp({ credHelpers: { 'ghcr.io': 'x' } }, 'quay.io')).toBeUndefined();
  });

  it('never shows the content of a broken entry', async () => {
    expect(JSON.stringify(await lookUp({ auths: { 'ghcr.io': { auth: auth('hunter2') } } }, 'ghcr.io'))).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it.each<[string, object, object]>([
    [
      'an identity token',
      { identitytoken: 'refresh', auth: auth('00000000-0000-0000-0000-000000000000:') },
      { kind: 'identity-token', token: 'refresh' },
    ],
    ['a registry token', { registrytoken: 'bearer' }, { kind: 'registry-token', token: 'bearer' }],
    ['user name and password in the open', { username: 'ann', password: 'pw' }, { kind: 'password', username: 'ann', password: 'pw' }],
  ])('reads %s', async (_case, content, expected) => {
    expect(await lookUp({ auths: { 'ghcr.io': content } }, 'ghcr.io')).toEqual(expected);
  });

  describe('when keys name namespaces, as podman writes them', () => {
    const named = (username: string) => ({ auth: auth(`${username}:pw`) });
    const auths = {
      'quay.io': named('host'),
      'quay.io/acme': named('namespace'),
      'quay.io/acme/models/sentiment': named('repository'),
      'quay.io/v1': named('namespace-v1'),
      'docker.io/library/nginx': named('hub'),
    };

    it.each([
      ['quay.io', 'other/app', 'host'],
      ['quay.io', 'acme/app', 'namespace'],
      ['quay.io', 'acme-evil/app', 'host'],
      ['quay.io', 'acme/models/sentiment', 'repository'],
      ['quay.io', 'acme/models/sentiment/nested', 'repository'],
      ['quay.io', 'v1/app', 'namespace-v1'],
      ['docker.io', 'library/nginx', 'hub'],
    ])('takes the longest that covers %s/%s', async (registry, path, username) => {
      expect(await lookUp({ auths }, registry, path)).toEqual({ kind: 'password', username, password: 'pw' });
    });

    it('gives the entry of a namespace to no other namespace', async () => {
      expect(await lookUp({ auths: { 'quay.io/acme': named('ann') } }, 'quay.io', 'acmeevil/app')).toBeUndefined();
      expect(await lookUp({ auths: { 'quay.io/acme': named('ann') } }, 'quay.io.evil', 'acme/app')).toBeUndefined();
    });
  });

  describe('when several files are configured', () => {
    const write = (name: string, username: string): string => {
      mkdirSync(join(directory, name, 'containers'), { recursive: true });
      const content = JSON.stringify({ auths: { 'ghcr.io': { auth: auth(`${username}:pw`) } } });
      writeFileSync(join(directory, name, 'config.json'), content);
      writeFileSync(join(directory, name, 'containers', 'auth.json'), content);
      return join(directory, name);
    };
    const who = async (environment: NodeJS.ProcessEnv): Promise<unknown> =>
      await machineCredentials({ XDG_CONFIG_HOME: join(directory, 'nothing'), ...environment })({ registry: 'ghcr.io', path: 'acme/app' });

    it('takes REGISTRY_AUTH_FILE, then docker, then podman', async () => {
      const [docker, runtime] = [write('docker', 'docker'), write('runtime', 'podman')];
      const explicit = join(write('explicit', 'explicit'), 'config.json');
      const nothing = join(directory, 'nothing');
      const all = { REGISTRY_AUTH_FILE: explicit, DOCKER_CONFIG: docker, XDG_RUNTIME_DIR: runtime };
      expect(await who(all)).toMatchObject({ username: 'explicit' });
      expect(await who({ ...all, REGISTRY_AUTH_FILE: '' })).toMatchObject({ username: 'docker' });
      expect(await who({ XDG_RUNTIME_DIR: runtime, DOCKER_CONFIG: nothing })).toMatchObject({ username: 'podman' });
      expect(await who({ DOCKER_CONFIG: nothing })).toBeUndefined();
    });
  });
});
