import { nextHop } from '../../../verification/registry/redirects';

describe('nextHop', () => {
  it.each([
    ['https://ghcr.io/v2/a/blobs/x', 'https://storage.example.com/x?sig=1', 'https://storage.example.com/x?sig=1'],
    ['https://ghcr.io/v2/a/blobs/x', '/elsewhere', 'https://ghcr.io/elsewhere'],
    ['http://127.0.0.1:5000/v2/', 'http://127.0.0.1:5001/x', 'http://127.0.0.1:5001/x'],
    ['https://10.0.0.5:5000/v2/', '/same-host', 'https://10.0.0.5:5000/same-host'],
    // Storage next to a registry in the same private network.
    ['https://10.0.0.5/', 'https://10.0.0.6/x', 'https://10.0.0.6/x'],
  ])('from %s to %s goes on', (from, location, target) => {
    const next = nextHop(new URL(from), location);
    expect(next.ok && next.url.href).toBe(target);
  });

  it.each([
    ['https://ghcr.io/', 'http://ghcr.io/x', 'https to plain http'],
    ['https://ghcr.io/', 'http://127.0.0.1/x', 'https to plain http'],
    ['http://127.0.0.1:5000/', 'http://example.com/x', 'plain http'],
    ['https://ghcr.io/', 'https://127.0.0.1/x', 'private network'],
    ['https://ghcr.io/', 'https://2130706433/x', 'private network'],
    ['https://ghcr.io/', 'https://0x7f.1/x', 'private network'],
    ['https://ghcr.io/', 'https://localhost/x', 'private network'],
    ['https://ghcr.io/', 'https://10.0.0.1/x', 'private network'],
    ['https://ghcr.io/', 'https://[::ffff:127.0.0.1]/x', 'private network'],
    ['https://ghcr.io/', 'https://169.254.169.254/latest/meta-data', 'private network'],
    ['https://10.0.0.5/', 'https://127.0.0.1/x', 'private network'],
    ['https://10.0.0.5/', 'https://169.254.169.254/x', 'private network'],
    ['https://ghcr.io/', 'file:///etc/passwd', 'neither https nor http'],
    ['https://ghcr.io/', 'https://user:secret@example.com/', 'carries credentials'],
    ['https://ghcr.io/', 'https://', 'no usable Location'],
  ])('from %s to %s is refused', (from, location, reason) => {
    expect(nextHop(new URL(from), location)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('is refused without a Location', () => {
    expect(nextHop(new URL('https://ghcr.io/'), null)).toMatchObject({ ok: false });
  });

  it('shows neither query nor credentials of a refused address', () => {
    const next = nextHop(new URL('https://ghcr.io/'), 'http://user:hunter2@example.com/x?X-Amz-Signature=abc#f');
    expect(JSON.stringify(next)).not.toMatch(/hunter2|Amz|abc/);
  });
});
