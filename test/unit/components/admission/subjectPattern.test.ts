import { toRe2 } from '../../../../components/admission/subjectPattern';

describe('a subject pattern for RE2', () => {
  it.each([
    'https://github\\.com/acme/.*',
    'ci-[a-z0-9]{1,20}@acme\\.com',
    '(?:release|hotfix)/v\\d+\\.\\d+',
    'a|b',
    '[^/]+@refs/heads/main',
    'a{2,}?',
    'x\\/y',
    '\\s',
    '[\\s\\S]',
    '(?P<name>a)|(?i:b)',
  ])('%s stays as it is, anchored as a whole', (source) => {
    expect(toRe2(source)).toEqual({ ok: true, re2: `^(?:${source})$` });
  });

  it.each([
    ['(?=release).*', 'look-ahead'],
    ['(?<!x)y', 'look-behind'],
    ['(a)\\1', 'back reference'],
    ['(?<name>a)\\k<name>', 'named group'],
    ['\\u0041', 'code unit'],
    ['\\u{1F600}', 'code point'],
    ['\\p{L}+', 'property'],
    ['a{1,1001}', 'more repetitions than RE2 takes'],
  ])('%s is refused: %s', (source) => {
    expect(toRe2(source)).toMatchObject({ ok: false });
  });
});
