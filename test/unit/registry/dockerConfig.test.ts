import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerConfigCredentials } from '../../../verification/registry/dockerConfig';

const auth = (text: string): string => Buffer.from(text).toString('base64');
const found = { username: 'ann', password: 's3cret:with:colons' };
const entry = { auth: auth('ann:s3cret:with:colons') };

describe('dockerConfigCredentials', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'docker-config-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  function lookUp(config: unknown, registry: string): unknown {
    writeFileSync(join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
    return dockerConfigCredentials({ directory })(registry);
  }

  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['https://ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/v1/', 'ghcr.io'],
    ['GHCR.io/', 'ghcr.io'],
    ['localhost:5000', 'localhost:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
  ])('finds the entry %s for %s', (key, registry) => {
    expect(lookUp({ auths: { [key]: entry } }, registry)).toEqual(found);
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
  ])('gives the entry %s to nobody at %s', (key, registry) => {
    expect(lookUp(`{"auths":{${JSON.stringify(key)}:${JSON.stringify(entry)}}}`, registry)).toBeUndefined();
  });

  it('finds nothing where there is no file', () => {
    expect(dockerConfigCredentials({ directory: join(directory, 'missing') })('ghcr.io')).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['broken JSON', '{', 'is not a JSON object'],
    ['a list', '[]', 'is not a JSON object'],
    ['broken base64', { auths: { 'ghcr.io': { auth: '%%%' } } }, 'is not base64 of username:password'],
    ['base64 without colon', { auths: { 'ghcr.io': { auth: auth('ann') } } }, 'is not base64 of username:password'],
    ['base64 without user', { auths: { 'ghcr.io': { auth: auth(':pw') } } }, 'is not base64 of username:password'],
    ['a credential store', { auths: { 'ghcr.io': {} }, credsStore: 'desktop' }, 'credential helper desktop, which is not supported yet'],
    ['a credential helper', { credHelpers: { 'ghcr.io': 'ecr-login' } }, 'credential helper ecr-login, which is not supported yet'],
    ['an identity token', { auths: { 'ghcr.io': { identitytoken: 'x' } } }, 'identity token'],
  ])('says what is wrong with %s', (_case, config, problem) => {
    expect(lookUp(config, 'ghcr.io')).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('does not apply the helper of another host', () => {
    expect(lookUp({ credHelpers: { 'ghcr.io': 'x' } }, 'quay.io')).toBeUndefined();
  });

  it('never shows the content of a broken entry', () => {
    expect(JSON.stringify(lookUp({ auths: { 'ghcr.io': { auth: auth('hunter2') } } }, 'ghcr.io'))).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});
