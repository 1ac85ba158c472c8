import { isLoopbackHost } from '../../../verification/reference/host';
import { isInternalHost, registryOrigin } from '../../../verification/registry/endpoint';

describe('registryOrigin', () => {
  it.each([
    ['docker.io', 'https://registry-1.docker.io'],
    ['ghcr.io', 'https://ghcr.io'],
    ['localhost', 'http://localhost'],
    ['localhost:5000', 'http://localhost:5000'],
    ['team.localhost:5000', 'http://team.localhost:5000'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['127.9.8.7', 'http://127.9.8.7'],
    ['[::1]:5000', 'http://[::1]:5000'],
  ])('serves %s at %s', (registry, origin) => {
    expect(registryOrigin(registry)).toBe(origin);
  });

  it.each([
    'localhost.evil.com',
    '127.0.0.1.evil.com',
    'evillocalhost',
    '10.0.0.1:5000',
    '[::2]:5000',
    '128.0.0.1',
    'localhost.evil.com:5000',
  ])('uses https for the look-alike %s', (registry) => {
    expect(registryOrigin(registry)).toBe(`https://${registry}`);
  });
});

describe('isInternalHost', () => {
  it.each(['10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '127.0.0.1', 'localhost'])(
    'holds for %s',
    (host) => {
      expect(isInternalHost(host)).toBe(true);
    },
  );

  it.each(['[::1]', '[::]', '[fd00::1]', '[fe80::1]', '[::ffff:a00:1]', '[::ffff:7f00:1]', '[64:ff9b::a00:1]'])('holds for %s', (host) => {
    expect(isInternalHost(host)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', 'example.com', '[2606:4700::1]', '10.0.0.1.example.com', '[::ffff:808:808]'])(
    'does not hold for %s',
    (host) => {
      expect(isInternalHost(host)).toBe(false);
      expect(isLoopbackHost(host)).toBe(false);
    },
  );
});
