import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { accepted, goodDocument, problemsOf } from './policyText';
import type { Loose } from './policyText';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const exception = (fields: Loose = {}): Loose => ({
  name: 'cve-2026-1',
  images: ['acme/model'],
  digest: DIGEST,
  findings: ['unsigned'],
  reason: 'signing service is down, INC-42',
  owner: 'ann@acme.example',
  expires: '2026-12-31',
  ...fields,
});
const withException = (...exceptions: Loose[]) => JSON.stringify({ ...goodDocument(), exceptions });
const withPolicy = (fields: Loose) => {
  const document = goodDocument();
  Object.assign(document.policies[0], fields);
  return JSON.stringify(document);
};
const told = (text: string) => problemsOf(text).map(({ path, message }) => `${path}: ${message}`);

describe('when a policy has exceptions', () => {
  it('reads them, with normalised globs', () => {
    expect(accepted(withException(exception())).exceptions).toEqual([exception({ images: ['docker.io/acme/model'] })]);
  });

  it('has none when the file has none', () => {
    expect(accepted(JSON.stringify(goodDocument())).exceptions).toBeUndefined();
  });

  it.each<[string, Loose, string]>([
    ['no digest', { digest: undefined }, 'exceptions[0].digest: is missing'],
    ['a tag for a digest', { digest: 'v1' }, 'exceptions[0].digest: expected sha256: and 64 hexadecimal digits'],
    ['no end', { expires: undefined }, 'exceptions[0].expires: is missing'],
    ['a date that does not exist', { expires: '2026-02-30' }, 'expected a date like 2026-12-31, got "2026-02-30"'],
    ['a time', { expires: '2026-12-31T00:00:00Z' }, 'expected a date like 2026-12-31'],
    ['"never"', { expires: 'never' }, 'expected a date like 2026-12-31, got "never"'],
    ['no owner', { owner: undefined }, 'exceptions[0].owner: is missing'],
    ['no reason', { reason: '' }, 'exceptions[0].reason: expected text'],
    ['neither policies nor findings', { findings: undefined }, 'exceptions[0]: expected policies, findings or both, got neither'],
    ['an empty list', { findings: [] }, 'exceptions[0].findings: expected at least one entry'],
    [
      'an unknown policy',
      { policies: ['nobody'] },
      'exceptions[0].policies[0]: expected the name of a policy (sentiment-models), got "nobody"',
    ],
    ['a misspelt code', { findings: ['unsinged'] }, 'exceptions[0].findings[0]: expected the code of a finding'],
    ['every registry', { images: ['*/x/y'] }, 'exceptions[0].images[0]'],
    ['an unknown key', { until: 'x' }, 'exceptions[0].until: unknown key'],
  ])('refuses %s', (_what, fields, message) => {
    expect(told(withException(exception(fields))).join('\n')).toContain(message);
  });

  it.each([
    'digest-mismatch',
    'registry-timeout',
    'trust-root-unavailable',
    'internal-error',
    'limit-exceeded',
    'image-not-covered',
    'exception-expired',
    'policy-warn-only',
    'kms-key-unavailable',
    'running-digest-unknown',
    'project-directory-unknown',
    'pack-setting-invalid',
  ])('refuses to cover %s', (code) => {
    expect(told(withException(exception({ findings: [code] }))).join('\n')).toContain('which no exception covers');
  });

  it('refuses two of one name', () => {
    expect(told(withException(exception(), exception())).join('\n')).toContain('exceptions[1].name: expected a name of its own');
  });
});

describe('when a policy speaks about time', () => {
  it('reads freshness, continuity and rollback', () => {
    const [policy] = accepted(withPolicy({ freshness: { maxSignatureAge: '90d' }, continuity: true, rollback: 'enforce' })).policies;
    expect(policy).toMatchObject({
      freshness: { maxSignatureAge: { text: '90d', milliseconds: 90 * 86_400_000 } },
      continuity: 'warn',
      rollback: 'enforce',
    });
    expect(accepted(withPolicy({ continuity: 'enforce' })).policies[0]).toMatchObject({ continuity: 'enforce' });
  });

  it('asks for none of them by default', () => {
    for (const text of [withPolicy({}), withPolicy({ continuity: false })]) {
      expect(accepted(text).policies[0]).not.toHaveProperty('continuity');
      expect(accepted(text).policies[0]).not.toHaveProperty('freshness');
    }
  });

  it.each<[Loose, string]>([
    [{ freshness: { maxSignatureAge: '0d' } }, 'policies[0].freshness.maxSignatureAge: expected a duration'],
    [{ freshness: { maxSignatureAge: 90 } }, 'policies[0].freshness.maxSignatureAge'],
    [{ freshness: {} }, 'policies[0].freshness.maxSignatureAge: is missing'],
    [{ continuity: 'maybe' }, 'policies[0].continuity: expected true or false or "warn" or "enforce", got "maybe"'],
    [{ rollback: true }, 'policies[0].rollback: expected "warn" or "enforce", got true'],
    [
      {
        freshness: { maxSignatureAge: '1d' },
        signatures: { threshold: 0 },
        attestations: [{ name: 'a', custom: { predicateType: 'https://a.example/b' } }],
      },
      'policies[0].freshness: expected no freshness beside signatures.threshold 0',
    ],
  ])('refuses %j', (fields, message) => {
    expect(told(withPolicy(fields)).join('\n')).toContain(message);
  });
});

describe('when a reader copies the exception of docs/trust-policy.md', () => {
  it('is a good one', () => {
    const page = readFileSync(path.join(__dirname, '../../../docs/trust-policy.md'), 'utf8');
    const [, example = ''] = /```text\n(exceptions:\n[\s\S]*?)```/.exec(page) ?? [];
    const { exceptions } = parse(example);
    expect(accepted(withException(...exceptions)).exceptions).toHaveLength(1);
  });
});
