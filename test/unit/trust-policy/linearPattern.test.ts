import { anchoredPattern, syntaxProblem } from '../../../verification/trust-policy/linearPattern';

/** As Go 1.26 answers `regexp.MustCompile("^(?:" + pattern + ")$").MatchString(text)`, where ECMAScript answers otherwise. */
const AS_GO: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ['a', 'a\n', false],
  ['a$', 'a\n', false],
  ['(?m)a$', 'a\n', false],
  ['.', '\r', true],
  ['.', '\u2028', true],
  ['.', '\n', false],
  ['(?s).', '\n', true],
  ['\\s', '\u00a0', false],
  ['\\s', '\v', false],
  ['\\d', '٣', false],
  ['\\w', 'é', false],
  ['(?i)k', '\u212a', true],
  ['(?i)ss', 'ß', false],
  ['[[:alpha:]]+', 'abc', true],
  ['[]a]', ']', true],
  ['\\pL', 'é', true],
  ['(?P<n>a)(?:b|c)', 'ac', true],
  ['(?<n>a)', 'a', true],
  ['\\Aa\\z', 'a', true],
  ['\\x{1F600}', '😀', true],
  ['.', '😀', true],
  ['(?U)a+', 'aaa', true],
];

describe('when a pattern is matched', () => {
  it.each(AS_GO)('answers as Go does: %j on %j', (pattern, text, matches) => {
    expect(syntaxProblem(pattern)).toBeUndefined();
    expect(anchoredPattern(pattern).test(text)).toBe(matches);
  });

  it('matches nothing that is no Unicode, which others read as a replacement character', () => {
    expect(anchoredPattern('.').test('\ud800')).toBe(false);
  });
});

describe('when a pattern cannot be matched', () => {
  it.each([
    ['(?=a)b', 'looks ahead or behind'],
    ['(?<!a)b', 'looks ahead or behind'],
    ['(a)\\1', 'an escape that RE2 does not know'],
    ['\\u0041', 'an escape that RE2 does not know'],
    ['a\\Z', 'an escape that RE2 does not know'],
    ['\\C', 'an escape that RE2 does not know'],
    ['a{1001}', 'repeats more than 1,000 times'],
    ['(a{1000}){1000}', 'repeats too much'],
    ['(?:.{900}){3}', 'repeats too much'],
    ['a**', 'two repetitions in a row'],
    ['*a', 'a repetition of nothing'],
    ['(a', 'a parenthesis without its other half'],
    ['a)|(?:b', 'a parenthesis without its other half'],
    ['[a', 'a [ without its ]'],
    ['[z-a]', 'runs backwards'],
    ['a\\', 'ends with a backslash'],
    ['\\@', 'needs no backslash'],
    ['\\p{Emoji}', 'not every RE2 has'],
    ['\\Qa\\E', 'between \\Q and \\E'],
  ])('%s is refused with a reason of ours', (pattern, words) => {
    expect(syntaxProblem(pattern)).toContain(words);
  });
});
