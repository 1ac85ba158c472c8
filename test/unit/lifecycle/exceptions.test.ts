import type { PolicyResult } from '../../../verification/checks/policyCheck';
import type { Finding } from '../../../verification/finding';
import { applyExceptions } from '../../../verification/lifecycle/exceptions';
import type { PolicyException } from '../../../verification/trust-policy';
import { DIGEST, FAULT, IMAGE, NOW, OTHER_DIGEST, REFERENCE, codesOf, holding, policy, signature, workflow } from './evidence';

const UNSIGNED: Finding = { code: 'unsigned', reference: REFERENCE, policy: 'models', expected: [], searched: [] };
const FOREIGN: Finding = {
  code: 'identity-mismatch',
  reference: REFERENCE,
  policy: 'models',
  expected: [],
  found: workflow('refs/heads/main', 'release.yml', 'mallory'),
  layout: 'bundle-referrer',
};
const OFFLINE: Finding = { code: 'trust-root-offline', trustRoot: 'r', reason: 'no network', copy: 'package', expires: '2027-01-01' };
const rejected = (...findings: readonly Finding[]): PolicyResult => ({ holds: false, outcome: 'rejected', findings, warnings: [] });
const exception = (fields: Partial<PolicyException> = {}): PolicyException => ({
  name: 'inc-42',
  images: ['ghcr.io/acme/*'],
  digest: DIGEST,
  policies: ['models'],
  reason: 'signing is down',
  owner: 'ann',
  expires: '2026-12-31',
  ...fields,
});
const apply = (result: PolicyResult, ...exceptions: readonly PolicyException[]) => {
  const settled = applyExceptions(policy(), result, IMAGE, exceptions, NOW);
  return { ...settled, codes: codesOf(settled.result) };
};

describe('when an exception covers all that is wrong', () => {
  it('stays rejected with every finding, does not block, and says so first: who, why, until when', () => {
    const { result, enforcement } = apply(rejected(UNSIGNED), exception());
    expect(enforcement).toBe('warn');
    expect(result).toMatchObject({ holds: false, outcome: 'rejected' });
    expect('findings' in result && result.findings).toEqual([
      {
        code: 'exception-applied',
        reference: REFERENCE,
        policy: 'models',
        exception: 'inc-42',
        reason: 'signing is down',
        owner: 'ann',
        expires: '2026-12-31',
        covered: ['unsigned'],
      },
      UNSIGNED,
    ]);
  });

  it('is enough to name the code, in any policy', () => {
    const byCode = { ...exception({ findings: ['unsigned'] }) };
    delete (byCode as { policies?: unknown }).policies;
    expect(apply(rejected(UNSIGNED), byCode)).toMatchObject({ enforcement: 'warn' });
  });

  it('adds up with others', () => {
    const both = apply(
      rejected(UNSIGNED, FOREIGN),
      exception({ findings: ['unsigned'] }),
      exception({ name: 'b', findings: ['identity-mismatch'] }),
    );
    expect(both).toMatchObject({ enforcement: 'warn', codes: ['exception-applied', 'exception-applied', 'unsigned', 'identity-mismatch'] });
  });

  it('is not stopped by a warning', () => {
    const result = { ...rejected(UNSIGNED), warnings: [OFFLINE] } as PolicyResult;
    expect(apply(result, exception({ findings: ['unsigned'] }))).toMatchObject({ enforcement: 'warn' });
  });
});

describe('when an exception does not fit', () => {
  it.each<[string, Partial<PolicyException>]>([
    ['another digest', { digest: OTHER_DIGEST }],
    ['another repository', { images: ['ghcr.io/acme/other'] }],
    ['a look-alike repository', { images: ['ghcr.io/acm/*'] }],
    ['another policy', { policies: ['other'] }],
    ['another code', { findings: ['attestation-missing'] }],
    ['another policy, the right code', { policies: ['other'], findings: ['unsigned'] }],
  ])('changes nothing: %s', (_what, fields) => {
    expect(apply(rejected(UNSIGNED), exception(fields))).toEqual({
      result: rejected(UNSIGNED),
      enforcement: 'enforce',
      codes: ['unsigned'],
    });
  });

  it('blocks as before if it covers only a part, and says what is left', () => {
    const { enforcement, result, codes } = apply(rejected(FOREIGN, UNSIGNED), exception({ findings: ['unsigned'] }));
    expect({ enforcement, codes }).toEqual({ enforcement: 'enforce', codes: ['identity-mismatch', 'unsigned', 'exception-too-narrow'] });
    expect('findings' in result && result.findings.at(-1)).toMatchObject({ left: ['identity-mismatch'] });
  });

  it.each<Finding>([
    FOREIGN,
    { code: 'subject-mismatch', reference: REFERENCE, policy: 'models', expected: DIGEST, found: [], layout: 'legacy-tag', source: 's' },
    {
      code: 'signer-changed',
      reference: REFERENCE,
      policy: 'models',
      changes: [{ what: 'issuer', recorded: 'a', found: 'b' }],
      recordedDigest: DIGEST,
    },
    {
      code: 'rolled-back',
      reference: REFERENCE,
      policy: 'models',
      digest: DIGEST,
      signedAt: '2026-01-01T00:00:00.000Z',
      recorded: { digest: OTHER_DIGEST, signedAt: '2026-02-01T00:00:00.000Z' },
    },
  ])('covers $code only by name', (finding) => {
    expect(apply(rejected(finding), exception())).toMatchObject({ enforcement: 'enforce', codes: [finding.code] });
    expect(apply(rejected(finding), exception({ findings: [finding.code] }))).toMatchObject({ enforcement: 'warn' });
  });

  it('never covers a fault, even if a bypassed parser let its code through', () => {
    const faulty: PolicyResult = { holds: false, outcome: 'undetermined', findings: [FAULT, UNSIGNED], warnings: [] };
    expect(apply(faulty, exception({ findings: ['registry-timeout', 'unsigned'] }))).toMatchObject({
      result: faulty,
      enforcement: 'enforce',
    });
    expect(apply(rejected(FAULT), exception({ findings: ['registry-timeout'] }))).toMatchObject({ enforcement: 'enforce' });
  });

  it('says nothing about an image that holds', () => {
    const result = holding(signature(workflow()));
    expect(apply(result, exception({ expires: '2020-01-01' }))).toMatchObject({ result, codes: [] });
  });
});

describe('when an exception ends', () => {
  it.each<[string, string, readonly string[]]>([
    ['2026-12-07', 'warn', ['exception-applied', 'unsigned']],
    ['2026-12-06', 'warn', ['exception-applied', 'exception-expiring', 'unsigned']],
    ['2026-11-23', 'warn', ['exception-applied', 'exception-expiring', 'unsigned']],
    ['2026-11-22', 'enforce', ['unsigned', 'exception-expired']],
    ['2020-01-01', 'enforce', ['unsigned', 'exception-expired']],
    ['never', 'enforce', ['unsigned', 'exception-expired']],
  ])('on %s: %s', (expires, enforcement, codes) => {
    expect(apply(rejected(UNSIGNED), exception({ expires }))).toMatchObject({ enforcement, codes });
  });

  it('holds to the last millisecond of its day, UTC, and no longer', () => {
    const at = (time: string) => applyExceptions(policy(), rejected(UNSIGNED), IMAGE, [exception()], new Date(time)).enforcement;
    expect([at('2026-12-31T23:59:59.999Z'), at('2027-01-01T00:00:00.000Z')]).toEqual(['warn', 'enforce']);
  });

  it('gives way to one that still holds', () => {
    expect(apply(rejected(UNSIGNED), exception({ expires: '2020-01-01' }), exception({ name: 'new' })).codes).toEqual([
      'exception-applied',
      'unsigned',
    ]);
  });
});
