import { formatFinding } from '../../../verification/describeFinding';
import { parseChallenges } from '../../../verification/registry/challenge';
import { readTokenRealms } from '../../../verification/registry/tokenRealmSettings';
import { decideRealm } from '../../../verification/registry/tokenRealm';

describe('decideRealm', () => {
  it.each([
    ['https://auth.docker.io/token', 'docker.io'],
    ['https://ghcr.io/token', 'ghcr.io'],
    ['https://ghcr.io:8443/token', 'ghcr.io'],
    ['https://gitlab.com/jwt/auth', 'registry.gitlab.com'],
    ['https://mine.azurecr.io/oauth2/token', 'mine.azurecr.io'],
    ['https://dockerauth.cn-hangzhou.aliyuncs.com/auth', 'registry.cn-shanghai.aliyuncs.com'],
    ['https://dockerauth.cn-hangzhou.aliyuncs.com/auth', 'crpi-abc.cn-hangzhou.personal.cr.aliyuncs.com'],
  ])('trusts %s for %s', (realm, registry) => {
    expect(decideRealm(realm, registry)).toMatchObject({ ok: true });
    expect(decideRealm(realm, registry)).not.toHaveProperty('withheld');
  });

  it.each([
    ['https://example.com/token', 'localhost:5000'],
    ['https://evil-ghcr.io/token', 'ghcr.io'],
    ['https://ghcr.io.evil/token', 'ghcr.io'],
    ['https://quay.io/token', 'ghcr.io'],
    ['https://auth.docker.io/token', 'ghcr.io'],
    ['https://auth.docker.io.evil.com/token', 'docker.io'],
    ['https://evil.co.uk/token', 'registry.co.uk'],
    ['https://theirs.azurecr.io/token', 'mine.azurecr.io'],
    ['https://evil.cn-hangzhou.aliyuncs.com/auth', 'registry.cn-shanghai.aliyuncs.com'],
    ['https://dockerauth.cn-hangzhou.aliyuncs.com.evil.test/auth', 'registry.cn-shanghai.aliyuncs.com'],
    ['https://dockerauth.cn-hangzhou.aliyuncs.com/auth', 'bucket.oss-cn-hangzhou.aliyuncs.com'],
    ['https://evil.us-east-1.amazonaws.com/', 'x.us-east-1.amazonaws.com'],
    ['https://10.0.0.6/token', '10.0.0.5'],
    ['https://auth.example.com/token', 'registry.example.com:5000'],
    ['https://auth.example.com/token', 'example.com'],
    ['https://auth.example.co.uk/token', 'registry.example.co.uk'],
    ['http://127.0.0.1:5001/token', 'localhost:5000'],
    ['https://10.0.0.5/token', '10.0.0.5:5000'],
    ['http://localhost:5000/token', '127.0.0.1:5000'],
    ['https://neighbor.s3.eu.example.com/token', 'mine.s3.eu.example.com'],
    ['https://api.scaleway.com/token', 'rg.a.b.scw.cloud'],
    ['https://auth.docker.io:8443/token', 'docker.io'],
  ])('asks %s for %s without credentials, and names the setting', (realm, registry) => {
    expect(decideRealm(realm, registry)).toMatchObject({
      ok: true,
      withheld: expect.stringContaining(`MODEL_GATE_TOKEN_REALMS="${registry}=`),
    });
  });

  it('gives credentials to what the setting names, with its port', () => {
    const settings = readTokenRealms({}, 'registry.corp=auth.corp, sso.corp:8443; localhost:5000=127.0.0.1:5001');
    const withheld = (realm: string, registry: string) => 'withheld' in decideRealm(realm, registry, settings);
    expect(withheld('https://auth.corp/token', 'registry.corp')).toBe(false);
    expect(withheld('https://sso.corp:8443/token', 'registry.corp')).toBe(false);
    expect(withheld('http://127.0.0.1:5001/token', 'localhost:5000')).toBe(false);
    expect(withheld('https://sso.corp/token', 'registry.corp')).toBe(true);
    expect(withheld('https://auth.corp/token', 'other.corp')).toBe(true);
  });

  it.each([
    'registry.corp',
    'registry.corp=',
    '=auth.corp',
    'a.corp=b.corp=c.corp',
    'a.corp=https://auth.corp',
    'a.corp=*.corp',
    'a.corp=b.corp,',
  ])('refuses every token under the setting %s', (variable) => {
    const decision = decideRealm('https://ghcr.io/token', 'ghcr.io', readTokenRealms({}, variable));
    expect(decision).toMatchObject({ ok: false, reason: expect.stringContaining('MODEL_GATE_TOKEN_REALMS') });
  });

  it.each([
    'https://a$(reboot)/token',
    'https://a"&&reboot&&"/token',
    'https://a`reboot`/token',
    "https://a';reboot;'/token",
    'https://ghcr.io./token',
  ])('names no setting for %s, which is no host that a setting can have', (realm) => {
    const decision = decideRealm(realm, 'ghcr.io');
    expect(decision).toMatchObject({ ok: true, withheld: expect.stringContaining('is not on ghcr.io') });
    expect(decision).toMatchObject({ withheld: expect.not.stringContaining('MODEL_GATE_TOKEN_REALMS') });
  });

  it('shows the setting so that it can be copied', () => {
    const decision = decideRealm('https://auth.corp:8443/token', 'registry.corp');
    const reason = decision.ok ? (decision.withheld ?? '') : '';
    const finding = {
      code: 'registry-unauthorized',
      registry: 'registry.corp',
      repository: 'a/b',
      status: 401,
      credentials: 'none',
      reason,
    } as const;
    expect(formatFinding(finding)).toContain('MODEL_GATE_TOKEN_REALMS="registry.corp=auth.corp:8443"');
    expect(formatFinding(finding)).toContain('{"registry.corp": ["auth.corp:8443"]}');
  });

  it.each([
    ['http://ghcr.io/token', 'ghcr.io', 'not https'],
    ['http://auth.docker.io/token', 'docker.io', 'not https'],
    ['http://127.0.0.1/token', 'ghcr.io', 'not https'],
    ['http://example.com/token', 'localhost:5000', 'not https'],
    ['https://127.0.0.1/token', 'ghcr.io', 'this machine'],
    ['https://169.254.169.254/token', 'ghcr.io', 'private network'],
    ['https://169.254.169.254/token', '10.0.0.5', 'private network'],
    ['https://evil.0.0.5/token', '10.0.0.5', 'not an address'],
    ['https://u:p@ghcr.io/token', 'ghcr.io', 'carries credentials'],
    ['file:///etc/passwd', 'ghcr.io', 'not https'],
    ['', 'ghcr.io', 'not an address'],
    ['/token', 'ghcr.io', 'not an address'],
  ])('refuses %s for %s', (realm, registry, reason) => {
    expect(decideRealm(realm, registry)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });
});

describe('parseChallenges', () => {
  it('reads a bearer challenge with commas inside quotes', () => {
    const [challenge] = parseChallenges('Bearer realm="https://a/token",service="s",scope="repository:x:pull,push"');
    expect(challenge?.scheme).toBe('bearer');
    expect(Object.fromEntries(challenge?.parameters ?? [])).toEqual({
      realm: 'https://a/token',
      service: 's',
      scope: 'repository:x:pull,push',
    });
  });

  it('reads several challenges, unquoted and escaped values', () => {
    const challenges = parseChallenges('Basic realm="a \\"b\\"", Bearer realm=https://a/token , error="x"');
    expect(challenges.map(({ scheme }) => scheme)).toEqual(['basic', 'bearer']);
    expect(challenges[0]?.parameters.get('realm')).toBe('a "b"');
    expect(challenges[1]?.parameters.get('realm')).toBe('https://a/token');
  });

  it.each(['', '=', '"', ',,,,', 'Bearer realm="unclosed', ' '.repeat(100_000), '\\'.repeat(100_000), `a="${'\\'.repeat(9000)}`])(
    'survives junk %#',
    (header) => {
      expect(parseChallenges(header).length).toBeLessThanOrEqual(1);
    },
  );
});
