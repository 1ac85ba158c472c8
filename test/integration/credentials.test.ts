import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { askCredentialHelper } from '../../verification/registry/credentialHelper';
import { credentialFile } from '../../verification/registry/dockerConfig';
import type { Manifest } from '../../verification/registry/types';
import type { Result } from '../../verification/result';
import type { HostileHandler, HostileRegistry, LocalRegistry } from '../support/registry';
import {
  findingOf,
  patient,
  redirectTo,
  reference,
  respond,
  startHostileRegistry,
  startRegistry,
  testClient,
  valueOf,
} from '../support/registry';
import { helperDirectory } from '../support/registry/credentialHelpers';
import type { HelperDirectory } from '../support/registry/credentialHelpers';

const ANSWER = `echo '{"ServerURL":"x","Username":"ann","Secret":"hunter2"}'`;
const ANN = { username: 'ann', password: 'hunter2' };

/** Docker's configuration, credential helpers and tokens against registries that demand them. */
describe('credentials of this machine', () => {
  let helpers: HelperDirectory;
  beforeEach(() => (helpers = helperDirectory()));
  afterEach(() => helpers.remove());

  function configured(config: object, helperTimeoutMs?: number) {
    const file = path.join(helpers.directory, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    return testClient({ credentials: credentialFile(file, helperTimeoutMs === undefined ? {} : { helperTimeoutMs }) });
  }

  describe('when a credential helper keeps them', () => {
    let registry: LocalRegistry;
    beforeEach(async () => {
      registry = await startRegistry({ auth: { kind: 'bearer', ...ANN } });
      for (const repository of ['team/app', 'team/tool']) registry.pushImage(repository, 'v1');
    });
    afterEach(() => registry.close());
    const resolve = async (config: object, helperTimeoutMs?: number): Promise<Result<Manifest>> =>
      await configured(config, helperTimeoutMs).resolve(reference(`${registry.address}/team/app:v1`), patient());

    it.each(['credHelpers', 'credsStore'])('asks it for exactly this registry: %s', async (field) => {
      helpers.add('test', ANSWER);
      valueOf(await resolve({ [field]: field === 'credsStore' ? 'test' : { [registry.address]: 'test' } }));
      expect(helpers.asked('test')).toEqual([`get ${registry.address}`]);
    });

    it('asks it once for all repositories of a registry', async () => {
      helpers.add('test', ANSWER);
      const client = configured({ credsStore: 'test' });
      for (const repository of ['team/app', 'team/tool']) {
        valueOf(await client.resolve(reference(`${registry.address}/${repository}:v1`), patient()));
      }
      expect(helpers.asked('test')).toHaveLength(1);
    });

    it('does not ask it where nobody demands credentials', async () => {
      helpers.add('test', ANSWER);
      const open = await startRegistry();
      open.pushImage('team/app', 'v1');
      valueOf(await configured({ credsStore: 'test' }).resolve(reference(`${open.address}/team/app:v1`), patient()));
      await open.close();
      expect(helpers.asked('test')).toEqual([]);
    });

    it('does not ask the helper of another registry', async () => {
      helpers.add('test', ANSWER);
      findingOf(await resolve({ credHelpers: { 'ghcr.io': 'test' } }), 'registry-unauthorized');
      expect(helpers.asked('test')).toEqual([]);
    });

    it.each<[string, string, string]>([
      ['fails', 'echo "no such keychain"; exit 3', 'failed with exit code 3: no such keychain'],
      ['fails with a secret', `echo '{"Secret":"hunter2"}'; exit 1`, 'failed with exit code 1'],
      ['answers no JSON', 'echo hunter2', 'gave no JSON with Username and Secret'],
      ['answers without a secret', `echo '{"Username":"ann","Secret":""}'`, 'gave no JSON with Username and Secret'],
      [
        'answers without end',
        'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done',
        'more than 64 KiB',
      ],
    ])('says what is wrong with a helper that %s, and shows no secret', async (_case, script, reason) => {
      helpers.add('test', script);
      const finding = findingOf(await resolve({ credsStore: 'test' }), 'registry-unauthorized');
      expect(finding).toMatchObject({ credentials: 'none', reason: expect.stringContaining(reason) as string });
      expect(JSON.stringify(finding)).not.toContain('hunter2');
    });

    it('does not wait longer than it may for one that hangs', async () => {
      helpers.add('test', 'sleep 60');
      const finding = findingOf(await resolve({ credsStore: 'test' }, 200), 'registry-unauthorized');
      expect(finding.reason).toContain('did not answer within 0.2 s');
    });

    it('takes "not found" for none, and goes on to the file', async () => {
      helpers.add('test', 'echo "credentials not found in native keychain"; exit 1');
      const finding = findingOf(await resolve({ credsStore: 'test' }), 'registry-unauthorized');
      expect(finding.reason).toContain(`no credentials are configured for ${registry.address}`);
      const auth = Buffer.from('ann:hunter2').toString('base64');
      valueOf(await resolve({ credHelpers: { [registry.address]: 'test' }, auths: { [registry.address]: { auth } } }));
    });

    it('starts nothing for a name that is a path or a command', async () => {
      for (const name of ['../docker-credential-test', 'test;touch x', '-test', 'test get', '']) {
        findingOf(await resolve({ credHelpers: { [registry.address]: name } }), 'registry-unauthorized');
      }
    });
  });

  describe('when a helper speaks for a cloud', () => {
    it.each([
      ['ecr-login', '123456789012.dkr.ecr.eu-west-1.amazonaws.com'],
      ['ecr-login', 'public.ecr.aws'],
      ['gcloud', 'europe-docker.pkg.dev'],
      ['gcr', 'eu.gcr.io'],
      ['acr-env', 'acme.azurecr.io'],
    ])('asks %s about %s', async (name, registry) => {
      helpers.add(name, ANSWER);
      expect(await askCredentialHelper(name, registry, 'config.json')).toEqual({ kind: 'password', ...ANN });
    });

    it.each([
      ['ecr-login', 'ghcr.io'],
      ['ecr-login', '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example'],
      ['ecr-login', 'evil.amazonaws.com'],
      ['gcloud', 'evil-gcr.io'],
      ['gcloud', 'pkg.dev.evil.example'],
      ['acr-env', 'acme.azurecr.io.evil.example'],
    ])('does not ask %s about %s (CVE-2025-27403)', async (name, registry) => {
      helpers.add(name, ANSWER);
      expect(await askCredentialHelper(name, registry, 'config.json')).toMatchObject({ kind: 'unusable' });
      expect(helpers.asked(name)).toEqual([]);
    });

    it('asks about Docker Hub by the address that docker uses', async () => {
      helpers.add('test', ANSWER);
      await askCredentialHelper('test', 'docker.io', 'config.json');
      expect(helpers.asked('test')).toEqual(['get https://index.docker.io/v1/']);
    });
  });

  describe('when what is configured is a token', () => {
    let registry: HostileRegistry;
    const forms: string[] = [];
    beforeEach(() => (forms.length = 0));
    afterEach(() => registry.close());

    /** A registry that lets in who has the token `access`. */
    const start = async (token: HostileHandler): Promise<void> => {
      registry = await startHostileRegistry({
        '/token': (request, response) => {
          const chunks: Buffer[] = [];
          request.on('data', (chunk: Buffer) => chunks.push(chunk));
          request.on('end', () => {
            forms.push(`${request.method ?? ''} ${Buffer.concat(chunks).toString('utf8')}`);
            token(request, response);
          });
        },
        '*': (request, response) => {
          const realm = `http://${request.headers.host ?? ''}/token?scope=registry:catalog:*`;
          const ok = request.headers.authorization === 'Bearer access';
          (ok
            ? respond(200, '{"schemaVersion":2,"layers":[]}')
            : respond(401, '', { 'www-authenticate': `Bearer realm="${realm}",service="acme"` }))(request, response);
        },
      });
    };
    const resolve = async (entry: object): Promise<Result<Manifest>> =>
      await configured({ auths: { [registry.address]: entry } }).resolve(reference(`${registry.address}/team/app:v1`), patient());

    it.each(['identitytoken', 'helper'])('trades an identity token for an access token, by POST: %s', async (kind) => {
      await start(respond(200, '{"access_token":"access"}'));
      helpers.add('test', `echo '{"Username":"<token>","Secret":"refresh"}'`);
      const client = configured(
        kind === 'helper' ? { credsStore: 'test' } : { auths: { [registry.address]: { identitytoken: 'refresh' } } },
      );
      valueOf(await client.resolve(reference(`${registry.address}/team/app:v1`), patient()));
      expect(forms).toEqual([
        'POST grant_type=refresh_token&client_id=pulumi-model-supply-chain&refresh_token=refresh&service=acme&scope=repository%3Ateam%2Fapp%3Apull',
      ]);
      expect(registry.requests.some(({ path: asked }) => asked.includes('refresh') || asked.includes('catalog'))).toBe(false);
    });

    it('sends a registry token as it is', async () => {
      await start(respond(500, ''));
      valueOf(await resolve({ registrytoken: 'access' }));
      expect(forms).toEqual([]);
    });

    it('says that a token was refused, and does not show it', async () => {
      await start(respond(401, ''));
      const finding = findingOf(await resolve({ identitytoken: 'refresh-secret' }), 'registry-unauthorized');
      expect(finding.credentials).toBe('sent');
      expect(JSON.stringify(finding)).not.toContain('refresh-secret');
    });

    it('does not follow a redirect with it', async () => {
      await start(redirectTo('/elsewhere'));
      findingOf(await resolve({ identitytoken: 'refresh-secret' }), 'registry-redirect-refused');
      expect(registry.requests.map(({ path: asked }) => asked.split('?')[0])).not.toContain('/elsewhere');
    });
  });
});
