import { hasUnprintable, isCommandWord, quoted, quotedReference, shellQuote, shown } from '../../../printing';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('characters that are not seen, or that act', () => {
  it.each([
    ['an escape sequence', '\u001b[2Kx', '\\u001b[2Kx'],
    ['a link of a terminal', '\u001b]8;;https://evil.test\u0007x', '\\u001b]8;;https://evil.test\\u0007x'],
    ['line breaks', 'a\r\nb\u2028c', 'a\\u000d\\u000ab\\u2028c'],
    ['a direction override', 'a\u202eb\u2066', 'a\\u202eb\\u2066'],
    ['zero width', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['tag characters', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['variation selectors', 'a\ufe0fb\u{e0100}', 'a\\ufe0fb\\u{e0100}'],
    ['letters without a shape', 'a\u3164b\u115f', 'a\\u3164b\\u115f'],
    ['spaces that are none', 'a\u00a0b\u3000', 'a\\u00a0b\\u3000'],
    ['a lone surrogate', 'x\ud800y', 'x\\ud800y'],
    ['a look-alike in a host', 'ghcr.\u0456o/acme', 'ghcr.\\u0456o/acme'],
    ['a look-alike in a word', 'p\u0430ypal', 'p\\u0430ypal'],
    ['full width', '\uff47\uff48\uff43\uff52', '\\uff47\\uff48\\uff43\\uff52'],
  ])('%s', (_what, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('ends a flood of marks', () => {
    const zalgo = `a${'\u0301'.repeat(500)}`;
    expect(shown(zalgo)).not.toMatch(/\p{M}{5}/u);
  });

  it.each(['Müller & Søn', 'モデル', 'модель', 'Việt Nam', 'café 😀'])('leaves %s alone', (text) => {
    expect(shown(text)).toBe(text);
  });

  it('are known to checks', () => {
    expect(['a\u200b', 'a\u3164', 'a\u00a0', 'a\n', '\u{e0041}'].map(hasUnprintable)).toEqual([true, true, true, true, true]);
    expect(hasUnprintable('https://github.com/acme/ml models')).toBe(false);
  });
});

describe('markup', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '\\u003cimg src=x onerror=alert(1)>'],
    ['x</pre><details>', 'x\\u003c/pre>\\u003cdetails>'],
    ['<!-- x', '\\u003c!-- x'],
    ['<{%reset%}>', '\\u003c{%reset%}>'],
    ['<!channel>', '\\u003c!channel>'],
    ['[click](https://evil.test)', '[click\\u005d(https://evil.test)'],
    ['![](https://evil.test/x.png)', '\\u0021[\\u005d(https://evil.test/x.png)'],
    ['```\nx', '\\u0060\\u0060\\u0060\\u000ax'],
    ['a `b` c', 'a \\u0060b\\u0060 c'],
    ['ask @octocat', 'ask \\u0040octocat'],
    ['see #123 and a/b#4', 'see \\u0023123 and a/b\\u00234'],
    ['see GH-12 and gh-12', 'see GH\\u002d12 and gh\\u002d12'],
    ['www.evil.test', 'www\\u002eevil.test'],
    ['javascript:alert(1)', 'javascript\\u003aalert(1)'],
    ['# heading', '\\u0023 heading'],
    ['- item', '\\u002d item'],
    ['> [!NOTE]', '\\u003e [!NOTE]'.replace('[!', '[!')],
    ['---', '\\u002d--'],
    ['[x]: https://evil.test', '\\u005bx]: https://evil.test'],
    ['::error::x', '\\u003a:error::x'],
    ['x ##[error]y', 'x ##\\u005berror]y'],
    ['x ##vso[task.setvariable]y', 'x ##vso\\u005btask.setvariable]y'],
    ['in @angular/core 17', 'in `@angular/core` 17'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
    expect(shown(expected)).toBe(expected);
  });

  it.each([
    'https://github.com/acme/ml/.github/workflows/build.yml@refs/heads/main',
    '^https://github\\.com/acme/.+@refs/tags/v[0-9]+$',
    '^https://github\\.com/acme/.*@refs/(heads|tags)/.+$',
    `ghcr.io/acme/model:v1@${DIGEST}`,
    'sha256:<64 hexadecimal digits>',
    'alice@example.com',
    'ghcr.io/acme/app:gh-123',
    '>=1.2.3',
    '> v2, < v3',
    'acme/gh-1',
    '--trust-remote-code',
    '-1',
    'spec.containers[0].image (container "server")',
    'expected a < b and c > d',
    '::1',
  ])('leaves %s alone', (text) => {
    expect(shown(text)).toBe(text);
  });
});

describe('length', () => {
  it('cuts, says so, and leaves no half of a character', () => {
    const text = shown('😀'.repeat(10_000), 101);
    expect(text).toBe(`${'😀'.repeat(50)} … (cut)`);
    expect(quoted('x'.repeat(200), 10)).toBe('"xxxxxxxxxx…"');
  });

  it('takes a secret out before it cuts', () => {
    expect(shown(`https://user:${'s'.repeat(200)}@registry.corp/x`, 50)).toBe('https://REDACTED@registry.corp/x');
  });

  it('cuts no code span open', () => {
    expect(shown(`${'x'.repeat(20)} @angular/core @octocat`, 27)).toBe(`${'x'.repeat(20)}  … (cut)`);
  });

  it('is done with megabytes at once', () => {
    for (const text of [
      '@'.repeat(1e6),
      '`'.repeat(1e6),
      '[]('.repeat(1e6),
      'a:'.repeat(1e6),
      '##'.repeat(1e6),
      '--token '.repeat(1e5),
      'login '.repeat(1e5),
    ])
      expect(shown(text).length).toBeLessThan(1000);
  });
});

describe('quotation marks', () => {
  it('show where a text ends', () => {
    expect(quoted('a" is verified. "b\\\u202e')).toBe('"a\\" is verified. \\"b\\\\\\u202e"');
  });

  it('hide the credentials of a reference whatever they hold', () => {
    expect(quotedReference('user:my "pass" word@registry.corp/x')).toBe('"REDACTED@registry.corp/x"');
  });
});

describe('words of a command', () => {
  it.each(['ghcr.io/acme/model', `localhost:5000/x:v1@${DIGEST}`, '[::1]:5000/x', 'https://slsa.dev/provenance/v1', 'models-2', '/etc/x'])(
    'may be %s',
    (text) => {
      expect(isCommandWord(text)).toBe(true);
      expect(shellQuote(text)).toBe(text.startsWith('[') ? `'${text}'` : text);
    },
  );

  it.each([
    '',
    'a b',
    '; curl x | sh',
    '$(x)',
    '--help',
    '-p',
    'a`b`',
    'a\nb',
    "a'b",
    'x|y',
    'a&b',
    '<x>',
    '~',
    `user:pw@registry.corp/x`,
    '@angular/core',
  ])('are not %j', (text) => {
    expect(isCommandWord(text)).toBe(false);
  });
});
