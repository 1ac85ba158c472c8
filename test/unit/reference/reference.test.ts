import fc from 'fast-check';
import { formatReference, parseReference, repositoryName } from '../../../verification/reference/reference';
import { findingOf, valueOf } from '../../support/registry';

const HEX = 'a'.repeat(64);

describe('parseReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['team/app', 'docker.io/team/app:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['index.docker.io/team/app:v1', 'docker.io/team/app:v1'],
    ['ghcr.io/acme/app', 'ghcr.io/acme/app:latest'],
    [`ghcr.io/acme/app@sha256:${HEX}`, `ghcr.io/acme/app@sha256:${HEX}`],
    [`ghcr.io/acme/app:v1@sha256:${HEX}`, `ghcr.io/acme/app:v1@sha256:${HEX}`],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['127.0.0.1:5000/a/b', '127.0.0.1:5000/a/b:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['registry:5000/app', 'registry:5000/app:latest'],
    ['GHCR.io/acme/app', 'ghcr.io/acme/app:latest'],
    ['ghcr.io:443/acme/app', 'ghcr.io/acme/app:latest'],
    ['localhost:80/app', 'localhost/app:latest'],
    ['ghcr.io/a__b/c-d/e.f/g---h', 'ghcr.io/a__b/c-d/e.f/g---h:latest'],
    ['localhost.evil.com/app', 'localhost.evil.com/app:latest'],
  ])('reads %s as %s', (text, full) => {
    const reference = valueOf(parseReference(text));
    expect(formatReference(reference)).toBe(full);
    expect(reference.original).toBe(text);
  });

  it('keeps tag and digest apart and fills in no tag beside a digest', () => {
    const reference = valueOf(parseReference(`nginx@sha256:${HEX}`));
    expect(reference).not.toHaveProperty('tag');
    expect(repositoryName(reference.repository)).toBe('docker.io/library/nginx');
  });

  it.each([
    ['', 'empty'],
    [' nginx', 'white space'],
    ['nginx\n', 'white space'],
    ['https://ghcr.io/acme/app', 'remove https://'],
    ['oci://ghcr.io/acme/app', 'remove oci://'],
    ['docker://nginx', 'remove docker://'],
    ['OCI://ghcr.io/acme/app', 'remove OCI://'],
    ['ghcr.io/acme/аpp', 'outside ASCII'],
    ['ghcr.io/Acme/app', 'lower-case'],
    ['Acme/app', 'lower-case'],
    ['ghcr.io/acme/../app', '..'],
    ['../app', '.. is not a registry host'],
    ['ghcr.io//app', 'empty component'],
    ['ghcr.io/app/', 'empty component'],
    ['/app', 'empty component'],
    ['ghcr.io/', 'no repository'],
    ['ghcr.io/acme/-app', '-app'],
    ['ghcr.io/acme/a..b', 'a..b'],
    ['ghcr.io/acme/a___b', 'a___b'],
    ['ghcr.io/acme/app:', 'a tag has'],
    ['ghcr.io/acme/app:.v1', 'a tag has'],
    [`ghcr.io/acme/app:${'t'.repeat(129)}`, 'a tag has'],
    [`ghcr.io/${'p'.repeat(256)}`, 'longer than 255'],
    ['x'.repeat(100_000), 'longer than 1024'],
    ['ghcr.io/acme/app@sha256:abc', 'got 3'],
    [`ghcr.io/acme/app@sha512:${HEX}`, 'sha512 is not supported'],
    [`ghcr.io/acme/app@sha256:${HEX}@sha256:${HEX}`, 'more than one @'],
    ['ghcr.io/acme/app@', 'sha256:<64'],
    [HEX, 'image id'],
    ['ghcr.io:99999/app', 'not a registry host'],
    ['ghcr.io:/app', 'not a registry host'],
    ['-ghcr.io/app', 'not a registry host'],
    ['ghcr.io./app', 'not a registry host'],
    ['user:pw@ghcr.io/app', 'sha256:<64'],
    ['ghcr.io/app?x=1', 'app?x=1'],
    ['ghcr.io/app%2f', 'app%2f'],
    ['[::1/app', 'not a registry host'],
    ['[0:0::1]:5000/app', 'write the registry host [0:0::1]:5000 as [::1]:5000'],
    ['127.1:5000/app', 'as 127.0.0.1:5000'],
    ['0x7f.1/app', 'as 127.0.0.1'],
    ['2130706433:5000/app', 'as 127.0.0.1:5000'],
  ])('refuses %j', (text, reason) => {
    expect(findingOf(parseReference(text), 'reference-malformed').reason).toContain(reason);
  });

  it('shortens a huge text in the finding', () => {
    expect(findingOf(parseReference('x'.repeat(1_000_000)), 'reference-malformed').reference.length).toBeLessThan(200);
  });
});

describe('parseReference, for all texts', () => {
  const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-)[a-z0-9]{1,5})?$/);
  const host = fc.constantFrom('ghcr.io', 'docker.io', 'localhost', 'localhost:5000', '127.0.0.1:8080', 'r.example.com:8443', '[::1]:5000');
  const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const tag = fc.option(fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,20}$/), { nil: undefined });
  const digest = fc.option(fc.stringMatching(/^[0-9a-f]{64}$/), { nil: undefined });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(host, path, tag, digest, (registry, repository, tagText, hex) => {
        const text = `${registry}/${repository}${tagText === undefined ? '' : `:${tagText}`}${hex === undefined ? '' : `@sha256:${hex}`}`;
        const first = valueOf(parseReference(text));
        const second = valueOf(parseReference(formatReference(first)));
        expect({ ...second, original: text }).toEqual(first);
        expect(first.repository.registry).toBe(registry);
      }),
    );
  });

  it('never throws, and what it accepts survives writing', () => {
    const pieces = fc.constantFrom('a', 'Z', '0', '/', ':', '@', '.', '-', '_', '[', ']', 'sha256', 'localhost', ' ', 'é', '%', HEX);
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseReference(text);
        if (!parsed.ok) return;
        const full = formatReference(parsed.value);
        expect(formatReference(valueOf(parseReference(full)))).toBe(full);
      }),
      { numRuns: 500 },
    );
  });
});
