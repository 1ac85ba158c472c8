import fc from 'fast-check';
import { parseReference, repositoryName } from '../../../verification/reference/reference';
import { coversRepository } from '../../../verification/trust-policy/imageMatching';
import { globProblem, normalizeGlob, sampleRepository } from '../../../verification/trust-policy/imageGlob';

const covers = (glob: string, repository: string): boolean => coversRepository({ images: [normalizeGlob(glob)] }, repository);

describe('when a glob is not written as references are compared', () => {
  it.each([
    ['registry.corp:443/acme/**', 'write "registry.corp/acme/**"'],
    ['REGISTRY.corp:0443/acme/**', 'write "registry.corp/acme/**"'],
    ['Registry.Corp/acme/**', 'write "registry.corp/acme/**"'],
    ['registry.corp:05000/acme/**', 'write "registry.corp:5000/acme/**"'],
    ['localhost:80/acme/**', 'write "localhost/acme/**"'],
    ['registry.corp./acme/**', 'write "registry.corp/acme/**"'],
    ['registry.corp.:5000/acme/**', 'write "registry.corp:5000/acme/**"'],
    ['bücher.example/acme/**', 'write "xn--bcher-kva.example/acme/**"'],
    ['[0::1]:5000/acme/**', 'write "[::1]:5000/acme/**"'],
    ['[2001:DB8::1]/acme/**', 'write "[2001:db8::1]/acme/**"'],
    ['[::ffff:10.0.0.5]:5000/x', 'write "10.0.0.5:5000/x"'],
    ['[::ffff:a00:5]:5000/x', 'write "10.0.0.5:5000/x"'],
    ['[::1%25eth0]:5000/x', 'is not a registry host'],
    ['127.1:5000/x', 'write "127.0.0.1:5000/x"'],
    ['0x7f.0.0.1:5000/x', 'write "127.0.0.1:5000/x"'],
    ['010.0.0.1/x', 'write "8.0.0.1/x"'],
    ['127.1:*/x', 'write "127.0.0.1:*/x"'],
    ['Registry.corp:*/x', 'write "registry.corp:*/x"'],
    ['registry..corp/x', 'is not a registry host'],
    ['registry.corp:/x', 'write "registry.corp/x"'],
    ['registry.corp:99999/x', 'is not a registry host'],
    ['HTTPS://ghcr.io/x', 'without a scheme'],
    ['ghcr.io/acme/-x', 'covers none'],
    ['ghcr.io/acme/x.', 'covers none'],
    ['ghcr.io/acme/a___*', 'covers none'],
    ['ghcr.io/acme/*._x', 'covers none'],
    [`ghcr.io/${'a'.repeat(64)}`, 'image id'],
    [`ghcr.io/${'z'.repeat(256)}`, 'longer than 255'],
  ])('refuses %s', (glob, words) => {
    expect(globProblem(glob)).toContain(words);
  });

  it.each([
    'ghcr.io*/x',
    '*.ghcr.io/x',
    'ghcr.*/x',
    'gh*cr.io/x',
    'registry.*.corp/x',
    'registry.corp:5*/x',
    'registry.corp:**/x',
    '*.dkr.ecr.us-east-1.amazonaws.com/x',
    '123456789012.dkr.ecr.*/x',
    '12345678901*.dkr.ecr.*.amazonaws.com/x',
    '123456789012.dkr.ecr.*.amazonaws.com*/x',
    '*-docker.pkg.dev.evil.com/x',
    '[::*]:5000/x',
    '127.0.0.*:5000/x',
    '*:5000/x',
  ])('refuses a star in the registry of %s, which would let in a registry of somebody else', (glob) => {
    expect(globProblem(glob)).toMatch(/^expected a registry by name/);
  });

  it.each([
    ['registry-1.docker.io/acme/**', 'docker.io/acme/**'],
    ['index.docker.io/nginx', 'docker.io/library/nginx'],
    ['acme', 'docker.io/library/acme'],
    ['[::1]:5000/x', '[::1]:5000/x'],
  ])('reads %s as %s', (glob, normal) => {
    expect(globProblem(glob)).toBeUndefined();
    expect(normalizeGlob(glob)).toBe(normal);
  });
});

describe('when a star is in a registry', () => {
  it.each([
    [true, '127.0.0.1:*/x', '127.0.0.1:5000/x'],
    [false, '127.0.0.1:*/x', '127.0.0.1/x'],
    [true, '[::1]:*/x', '[::1]:5000/x'],
    [true, '123456789012.dkr.ecr.*.amazonaws.com/a/**', '123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/a/b'],
    [false, '123456789012.dkr.ecr.*.amazonaws.com/a/**', '123456789013.dkr.ecr.us-east-1.amazonaws.com/a/b'],
    [false, '123456789012.dkr.ecr.*.amazonaws.com/a/**', '123456789012.dkr.ecr.s3.amazonaws.com/a/b'],
    [false, '123456789012.dkr.ecr.*.amazonaws.com/a/**', '123456789012.dkr.ecr.x.s3.us-east-1.amazonaws.com/a/b'],
    [false, '123456789012.dkr.ecr.*.amazonaws.com/a/**', '123456789012.dkr.ecr..amazonaws.com/a/b'],
    [true, '*-docker.pkg.dev/acme/x', 'europe-west1-docker.pkg.dev/acme/x'],
    [false, '*-docker.pkg.dev/acme/x', 'a.b-docker.pkg.dev/acme/x'],
    [false, '*-docker.pkg.dev/acme/x', 'docker.pkg.dev/acme/x'],
  ])('answers %s: %s for %s', (expected, glob, repository) => {
    expect(globProblem(glob)).toBeUndefined();
    expect(covers(glob, repository)).toBe(expected);
  });
});

const component = fc.stringMatching(/^[a-z0-9]{1,4}((\.|_|__|-)[a-z0-9]{1,3})?$/);
const host = fc.oneof(
  fc.constantFrom(
    'ghcr.io/',
    'GHCR.io:443/',
    'docker.io/',
    'index.docker.io/',
    'registry-1.docker.io/',
    'localhost/',
    'localhost:80/',
    '',
    '',
  ),
  fc.ipV4().map((address) => `${address}:5000/`),
  fc.ipV6().map((address) => `[${address}]:5000/`),
  fc.domain().map((name) => `${name}/`),
  fc.tuple(fc.domain(), fc.integer({ min: 1, max: 99_999 })).map(([name, port]) => `${name}:${port}/`),
);
const path = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));

describe('globs and references, for all of them', () => {
  it('the repository of a reference is a glob that covers the reference', () => {
    fc.assert(
      fc.property(host, path, (registry, repository) => {
        const parsed = parseReference(`${registry}${repository}`);
        if (!parsed.ok) return;
        const name = repositoryName(parsed.value.repository);
        expect(globProblem(name)).toBeUndefined();
        expect(normalizeGlob(name)).toBe(name);
        expect(covers(name, name)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a glob that is accepted covers a reference that can be read', () => {
    const pieces = fc.constantFrom(
      'a',
      'b',
      'A',
      '.',
      '-',
      '_',
      '*',
      '/',
      ':',
      '**',
      '/**',
      'ghcr.io',
      'docker.io',
      'localhost',
      ':5000',
      ':443',
      '[::1]',
      '01',
      'é',
    );
    const globs = fc.oneof(
      fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
      fc.tuple(host, fc.array(pieces, { maxLength: 5 })).map(([registry, parts]) => registry + parts.join('')),
    );
    fc.assert(
      fc.property(globs, (glob) => {
        if (globProblem(glob) !== undefined) return;
        const sample = sampleRepository(normalizeGlob(glob));
        const parsed = parseReference(sample);
        expect(parsed.ok && repositoryName(parsed.value.repository)).toBe(sample);
        expect(covers(glob, sample)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
