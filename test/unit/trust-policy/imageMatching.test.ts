import fc from 'fast-check';
import { policiesFor } from '../../../verification/trust-policy';
import { compileGlob } from '../../../verification/trust-policy/globMatcher';
import { accepted, goodDocument } from './policyText';

const policyOf = (glob: string) => {
  const document = goodDocument();
  document.policies[0].images = [glob];
  return accepted(JSON.stringify(document));
};

describe('when a glob meets a repository', () => {
  it.each([
    [true, 'ghcr.io/acme/**', 'ghcr.io/acme/a'],
    [true, 'ghcr.io/acme/**', 'ghcr.io/acme/a/b/c'],
    [false, 'ghcr.io/acme/**', 'ghcr.io/acme-evil/a'],
    [false, 'ghcr.io/acme/**', 'ghcr.io.evil/acme/a'],
    [false, 'ghcr.io/acme/**', 'ghcrxio/acme/a'],
    [false, 'ghcr.io/acme/**', 'evil.example/ghcr.io/acme/a'],
    [true, 'ghcr.io/acme/*', 'ghcr.io/acme/a'],
    [true, 'ghcr.io/acme/*', 'ghcr.io/acme/.a'],
    [false, 'ghcr.io/acme/*', 'ghcr.io/acme/a/b'],
    [true, 'ghcr.io/acme/**', 'ghcr.io/acme'],
    [true, 'ghcr.io/**/x', 'ghcr.io/a/b/x'],
    [true, 'ghcr.io/**/x', 'ghcr.io/x'],
    [false, 'ghcr.io/**/x', 'ghcr.io/a/xx'],
    [true, 'ghcr.io/acme/model-*-v1', 'ghcr.io/acme/model-bert-v1'],
    [true, '127.0.0.1:*/acme/**', '127.0.0.1:5000/acme/x'],
    [false, 'localhost:5000/x', 'localhost:50001/x'],
    [true, 'acme/models/*', 'docker.io/acme/models/a'],
    [true, 'nginx', 'docker.io/library/nginx'],
    [true, 'docker.io/nginx', 'docker.io/library/nginx'],
    [true, 'index.docker.io/nginx', 'docker.io/library/nginx'],
    [true, 'docker.io/**', 'docker.io/acme/x'],
    [false, 'docker.io/*', 'docker.io/acme/x'],
  ])('answers %s: %s for %s', (expected, glob, name) => {
    expect(policiesFor(name, policyOf(glob))).toHaveLength(expected ? 1 : 0);
  });

  it('gives every policy that covers the image, in the order of the file', () => {
    const document = goodDocument();
    const [first] = document.policies;
    document.policies = [first, { ...first, name: 'other', images: ['quay.io/x'] }, { ...first, name: 'all', images: ['ghcr.io/**'] }];
    const policy = accepted(JSON.stringify(document));
    expect(policiesFor('ghcr.io/acme/ml-models/a', policy).map(({ name }) => name)).toEqual(['sentiment-models', 'all']);
  });
});

describe('when a glob has many stars', () => {
  it('answers by going back to the last star only (a backtracking matcher would run out of the test time-out)', () => {
    expect(compileGlob(`ghcr.io/${'*a'.repeat(60)}*b`)(`ghcr.io/${'a'.repeat(247)}`)).toBe(false);
    expect(compileGlob(`ghcr.io/${'**/a/'.repeat(30)}b`)(`ghcr.io/${'a/'.repeat(120)}a`)).toBe(false);
  });

  it('agrees with the plain definition on small globs and names', () => {
    const segment = fc.array(fc.constantFrom('a', 'b', '.', '*'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const one = segment.filter((text) => !text.includes('**'));
    const globs = fc.array(fc.oneof(one, fc.constant('**')), { minLength: 1, maxLength: 4 });
    const names = fc.array(
      segment.filter((text) => !text.includes('*')),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(globs, names, (glob, name) => {
        expect([glob, name, compileGlob(glob.join('/'))(name.join('/'))]).toEqual([glob, name, holds(glob, name)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** What a glob means, written for being obvious: exponential. */
function holds(glob: readonly string[], name: readonly string[]): boolean {
  const [segment, ...rest] = glob;
  if (segment === undefined) return name.length === 0;
  if (segment === '**') return holds(rest, name) || (name.length > 0 && holds(glob, name.slice(1)));
  const [first, ...others] = name;
  return first !== undefined && segmentHolds(segment, first) && holds(rest, others);
}

function segmentHolds(glob: string, name: string): boolean {
  if (glob === '') return name === '';
  if (glob.startsWith('*')) return segmentHolds(glob.slice(1), name) || (name !== '' && segmentHolds(glob, name.slice(1)));
  return name !== '' && glob[0] === name[0] && segmentHolds(glob.slice(1), name.slice(1));
}
