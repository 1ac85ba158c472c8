import { isDigestReference } from '../../../../components/arguments/digestReference';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('isDigestReference', () => {
  it.each([
    `ghcr.io/acme/ml-models/sentiment@${DIGEST}`,
    `ghcr.io/acme/ml-models/sentiment:v2.1.0@${DIGEST}`,
    `localhost:5000/sentiment@${DIGEST}`,
    `127.0.0.1:41234/ml/sentiment@${DIGEST}`,
    `[::1]:5000/ml/sentiment@${DIGEST}`,
    `123456789012.dkr.ecr.eu-central-1.amazonaws.com/ml-models/sentiment@${DIGEST}`,
    `nginx@${DIGEST}`,
    `registry.example/a__b/c-d/e.f_g@${DIGEST}`,
  ])('accepts %s', (reference) => {
    expect(isDigestReference(reference)).toBe(true);
  });

  it.each([
    ['a tag', 'ghcr.io/acme/sentiment:v2.1.0'],
    ['neither tag nor digest', 'ghcr.io/acme/sentiment'],
    ['nothing', ''],
    ['only a digest', DIGEST],
    ['no repository', `@${DIGEST}`],
    ['a short digest', `ghcr.io/acme/sentiment@${DIGEST.slice(0, -1)}`],
    ['a long digest', `ghcr.io/acme/sentiment@${DIGEST}0`],
    ['an upper-case digest', `ghcr.io/acme/sentiment@sha256:${'A'.repeat(64)}`],
    ['another algorithm', `ghcr.io/acme/sentiment@md5:${'a'.repeat(64)}`],
    ['two digests', `ghcr.io/acme/sentiment@${DIGEST}@${DIGEST}`],
    ['an upper-case repository', `ghcr.io/Acme/sentiment@${DIGEST}`],
    ['a scheme', `https://ghcr.io/acme/sentiment@${DIGEST}`],
    ['a step up', `ghcr.io/acme/../sentiment@${DIGEST}`],
    ['a line break before', `\nghcr.io/acme/sentiment@${DIGEST}`],
    ['a line break after', `ghcr.io/acme/sentiment@${DIGEST}\n`],
    ['a space', `ghcr.io/acme/sentiment @${DIGEST}`],
    ['a repository without end', `ghcr.io/${'a'.repeat(1_000_000)}@${DIGEST}`],
    ['separators without end', `ghcr.io/a${'-'.repeat(900)}@${DIGEST}`],
  ])('refuses %s', (_case, reference) => {
    expect(isDigestReference(reference)).toBe(false);
  });
});
