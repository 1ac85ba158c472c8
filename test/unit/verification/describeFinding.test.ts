import { execFileSync } from 'node:child_process';
import { FINDING_CODES, describeFinding, findingPage, formatFinding, formatFindings } from '../../../verification/describeFinding';
import type { Finding } from '../../../verification/finding';
import { sampleFindings } from './sampleFindings';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const AT = 'spec.containers[0].image (container "server")';

describe('when findings are put into words', () => {
  const plain = sampleFindings('example.test/value');

  it('knows every code', () => {
    expect([...FINDING_CODES].sort()).toEqual(Object.keys(plain).sort());
  });

  it.each(Object.values(plain))('says what is wrong and what to do for $code', (finding) => {
    const described = describeFinding(finding);
    expect(described.code).toBe(finding.code);
    expect(described.title).not.toBe('');
    expect(described.next.length).toBeGreaterThan(0);
    expect(described.found.length).toBeGreaterThan(0);
    expect(described.page).toBe(findingPage(finding.code));
    for (const line of [described.title, ...described.expected, ...described.found, ...described.next]) {
      expect(line.trim()).not.toBe('');
      expect(line).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it.each(Object.values(plain))('shows code, place, evidence and page of $code in one block', (finding) => {
    const text = formatFinding(finding, AT);
    const { title, expected, found, next, page } = describeFinding(finding);
    expect(text.split('\n')[0]).toBe(`${title} [${finding.code}]`);
    expect(text).toContain(`  at        ${AT}\n`);
    for (const line of [...expected, ...found, ...next, page]) expect(text).toContain(line);
  });

  it('has no line for a place that nobody named', () => {
    expect(formatFinding(plain.unsigned)).not.toMatch(/^ {2}at /m);
  });
});

describe('when values come from an attacker', () => {
  const HOSTILE: readonly (readonly [what: string, value: string])[] = [
    ['ANSI escapes', '\u001b[2K\u001b[1A\u001b[32mverified\u001b[0m'],
    ['line breaks that forge a verdict', 'x\n✅ model-supply-chain\r\nall signed\u2028y\u2029z'],
    ['C1 control characters', '\u009b31mred\u0085'],
    ['direction overrides', 'a\u202egnp.exe\u202c\u2066b\u2069\u200e\u200f\u061c'],
    ['zero width characters', 'ghcr.io/ac\u200bme\u2060\ufeff'],
    ['NUL, backspace and delete', '\u0000\b\u007f'],
    ['a lone surrogate', 'x\ud800y'],
  ];
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|\p{Cf}|\p{Cs}|\u2028|\u2029/u;

  describe.each(HOSTILE)('with %s', (_what, value) => {
    it.each(Object.values(sampleFindings(value)))('prints $code harmlessly', (finding) => {
      const text = formatFinding(finding, value);
      expect(text).not.toMatch(UNPRINTABLE);
      const harmless = formatFinding(sampleFindings('x')[finding.code], 'x');
      expect(text.split('\n')).toHaveLength(harmless.split('\n').length);
    });
  });

  it.each(Object.values(sampleFindings('x'.repeat(1024 * 1024))))('cuts megabytes out of $code, and says so', (finding) => {
    const text = formatFinding(finding, 'y'.repeat(1024 * 1024));
    expect(text.length).toBeLessThan(10_000);
    expect(text).toContain('… (cut)');
  });

  it('does not leave half a character where it cuts', () => {
    expect(formatFinding(sampleFindings(`${'x'.repeat(400)}${'😀'.repeat(1000)}`)['image-unreadable'])).not.toMatch(/\p{Cs}/u);
  });

  it('shows some of a hundred thousand subjects, and how many there are', () => {
    const found = Array.from({ length: 100_000 }, (_, index) => `sha256:${index}`);
    const text = formatFinding({ ...sampleFindings('x')['subject-mismatch'], found });
    expect(text).toContain('sha256:0\n');
    expect(text).toMatch(/… and \d+ more/);
    expect(text.length).toBeLessThan(20_000);
  });

  it('shows every problem of a trust policy, which the parser has limited', () => {
    const problems = Array.from({ length: 101 }, (_, index) => ({ path: `policies[${index}].name`, message: 'expected text' }));
    const text = formatFinding({ code: 'trust-policy-invalid', file: 'trust-policy.yaml', problems });
    for (const { path } of problems) expect(text).toContain(path);
  });
});

describe('when a command is printed', () => {
  /** The arguments that a shell makes of the command, without running it. */
  const argumentsOf = (command: string) =>
    execFileSync('/bin/sh', ['-c', `for word in ${command.replace(/ {3}\(.*\)$/, '')}; do printf '%s\\n' "$word"; done`])
      .toString()
      .trimEnd()
      .split('\n');
  const verifyCommand = (identity: { readonly issuer: string; readonly subject: string; readonly subjectIsPattern: boolean }) => {
    const sample = sampleFindings('x')['identity-mismatch'];
    const command = describeFinding({ ...sample, expected: [{ authority: 'ci', description: 'ci', identity }] }).next.find((line) =>
      line.startsWith('cosign verify'),
    );
    return argumentsOf(command ?? '');
  };

  it.each([
    'https://github.com/acme/ml models/release.yml@refs/heads/main',
    `o'brien@example.test`,
    '"double" and `backquote` $(touch /tmp/no) $HOME; rm -rf *',
    String.raw`back\slash'"`,
  ])('quotes the subject %s for the shell', (subject) => {
    expect(verifyCommand({ issuer: "https://issuer.test/it's", subject, subjectIsPattern: false })).toEqual([
      'cosign',
      'verify',
      '--certificate-identity',
      subject,
      '--certificate-oidc-issuer',
      "https://issuer.test/it's",
      sampleFindings('x').unsigned.reference,
    ]);
  });

  it('anchors a pattern, which cosign would look for anywhere in the subject', () => {
    const words = verifyCommand({ issuer: 'https://issuer.test', subject: 'https://a.test/.*|https://b.test/x', subjectIsPattern: true });
    expect(words.slice(2, 4)).toEqual(['--certificate-identity-regexp', '^(?:https://a.test/.*|https://b.test/x)$']);
  });

  it('quotes the name of a file', () => {
    const file = "/home/o'brien/trust policy.yaml";
    const { next } = describeFinding({ code: 'trust-policy-unreadable', file, reason: 'EACCES' });
    expect(argumentsOf(next[0] ?? '')).toEqual(['ls', '-l', file]);
  });

  it('lists what is attached if no authority is keyless', () => {
    const { next } = describeFinding({
      ...sampleFindings('x')['identity-mismatch'],
      expected: [{ authority: 'k', description: 'the key' }],
    });
    expect(next.at(-1)).toMatch(/^cosign tree /);
  });
});

describe('when a repository is named', () => {
  it.each([
    ['ghcr.io/acme/model', 'ghcr.io/acme/model'],
    ['ghcr.io/acme/model:v1', 'ghcr.io/acme/model'],
    [`ghcr.io/acme/model@${DIGEST}`, 'ghcr.io/acme/model'],
    [`localhost:5000/acme/model:v1@${DIGEST}`, 'localhost:5000/acme/model'],
    ['localhost:5000/model', 'localhost:5000/model'],
    ['nginx:1', 'docker.io/library/nginx'],
  ])('is, for %s, %s: what a glob of the trust policy must match', (reference, repository) => {
    const uncovered: Finding = { code: 'image-not-covered', reference, unmatchedImages: 'deny' };
    expect(describeFinding(uncovered).next[0]).toContain(`add ${repository} to the images`);
    const unpinned: Finding = { code: 'image-unpinned', reference, digest: DIGEST };
    expect(describeFinding(unpinned).next).toEqual([`write ${repository}@${DIGEST}`]);
  });
});

describe('when several findings are formatted together', () => {
  const mismatch = (subject: string): Finding => ({
    code: 'identity-mismatch',
    reference: 'ghcr.io/acme/model:v1',
    policy: 'models',
    expected: [],
    found: { kind: 'certificate', issuer: 'https://issuer.test', subject },
    layout: 'bundle-referrer',
  });

  it('makes one block of those that differ only in what was found', () => {
    const text = formatFindings([mismatch('a'), mismatch('b'), mismatch('a')], 'spec.image');
    expect(text.split('[identity-mismatch]')).toHaveLength(2);
    expect(text).toContain('a (issuer https://issuer.test)');
    expect(text).toContain('b (issuer https://issuer.test)');
    expect(text.match(/a \(issuer/g)).toHaveLength(1);
  });

  it('keeps different problems apart and counts those beyond the limit', () => {
    const findings = ['a', 'b', 'c'].map((code): Finding => ({ code: 'reference-malformed', reference: code, reason: 'r' }));
    const text = formatFindings(findings, undefined, 2);
    expect(text.split('Also: ')).toHaveLength(3);
    expect(text).toContain('1 more findings about this image');
  });
});
