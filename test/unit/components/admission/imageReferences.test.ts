import fc from 'fast-check';
import { globPattern } from '../../../../components/admission/imageReferences';
import { compileGlob } from '../../../../verification/trust-policy/globMatcher';
import { globParts, nameParts } from './globsAndNames';

const matches = (glob: string, repository: string): boolean => new RegExp(`^(?:${globPattern(glob)})$`).test(repository);

describe('the regular expression for a glob', () => {
  it.each([
    ['ghcr.io/acme/**', 'ghcr.io/acme', true],
    ['ghcr.io/acme/**', 'ghcr.io/acme/a/b', true],
    ['ghcr.io/acme/**', 'ghcr.io/acme-evil/a', false],
    ['ghcr.io/acme/**', 'ghcrxio/acme/a', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/a/b', false],
    ['ghcr.io/**/models/*', 'ghcr.io/models/a', true],
    ['ghcr.io/**/models/*', 'ghcr.io/x/y/models/a', true],
    ['registry.example.com:5000/acme/m*', 'registry.example.com:5000/acme/model', true],
    ['registry.example.com:5000/acme/m*', 'registry.example.com/acme/model', false],
  ])('%s against %s: %p', (glob, repository, expected) => {
    expect(matches(glob, repository)).toBe(expected);
  });

  it('says what the matcher of the trust policy says', () => {
    fc.assert(
      fc.property(globParts, nameParts, (parts, names) => {
        const [text, repository] = [`h.io/${parts.join('/')}`, `h.io/${names.join('/')}`];
        expect([text, repository, matches(text, repository)]).toEqual([text, repository, compileGlob(text)(repository)]);
      }),
      { numRuns: 2000 },
    );
  });
});
