import { parseChallenges } from '../../../verification/registry/challenge';
import { decideRealm } from '../../../verification/registry/tokenRealm';

describe('decideRealm', () => {
  it.each([
    ['https://auth.docker.io/token', 'docker.io'],
    ['https://ghcr.io/token', 'ghcr.io'],
    ['https://ghcr.io:8443/token', 'ghcr.io'],
    ['https://gitlab.com/jwt/auth', 'registry.gitlab.com'],
    ['https://auth.example.com/token', 'registry.example.com:5000'],
    ['https://auth.example.com/token', 'example.com'],
    ['https://auth.example.co.uk/token', 'registry.example.co.uk'],
    ['https://mine.azurecr.io/oauth2/token', 'mine.azurecr.io'],
    ['https://10.0.0.5/token', '10.0.0.5:5000'],
    ['http://127.0.0.1:5001/token', 'localhost:5000'],
  ])('trusts %s for %s', (realm, registry) => {
    expect(decideRealm(realm, registry)).toMatchObject({ ok: true });
  });

  it.each([
    ['http://ghcr.io/token', 'ghcr.io', 'not https'],
    ['http://auth.docker.io/token', 'docker.io', 'not https'],
    ['http://127.0.0.1/token', 'ghcr.io', 'not https'],
    ['http://example.com/token', 'localhost:5000', 'not https'],
    ['https://example.com/token', 'localhost:5000', 'does not belong'],
    ['https://127.0.0.1/token', 'ghcr.io', 'does not belong'],
    ['https://169.254.169.254/token', 'ghcr.io', 'does not belong'],
    ['https://evil-ghcr.io/token', 'ghcr.io', 'does not belong'],
    ['https://ghcr.io.evil/token', 'ghcr.io', 'does not belong'],
    ['https://quay.io/token', 'ghcr.io', 'does not belong'],
    ['https://auth.docker.io/token', 'ghcr.io', 'does not belong'],
    ['https://auth.docker.io.evil.com/token', 'docker.io', 'does not belong'],
    ['https://evil.co.uk/token', 'registry.co.uk', 'does not belong'],
    ['https://theirs.azurecr.io/token', 'mine.azurecr.io', 'does not belong'],
    ['https://evil.us-east-1.amazonaws.com/', 'x.us-east-1.amazonaws.com', 'does not belong'],
    ['https://10.0.0.6/token', '10.0.0.5', 'does not belong'],
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
