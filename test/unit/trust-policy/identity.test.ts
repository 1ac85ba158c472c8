import { describeIdentity, matchesIdentity } from '../../../verification/trust-policy';
import type { Identity } from '../../../verification/trust-policy';
import { ISSUER, SUBJECT } from './policyText';

const exact: Identity = { issuer: ISSUER, subject: { kind: 'exact', value: SUBJECT } };
const like = (source: string): Identity => ({ issuer: ISSUER, subject: { kind: 'pattern', source } });

describe('when the subject is exact', () => {
  it.each([
    [true, SUBJECT, ISSUER],
    [false, `${SUBJECT}-evil`, ISSUER],
    [false, `https://evil.example/?x=${SUBJECT}`, ISSUER],
    [false, `${SUBJECT}\n`, ISSUER],
    [false, SUBJECT.toUpperCase(), ISSUER],
    [false, '', ISSUER],
    [false, SUBJECT, `${ISSUER}/`],
    [false, SUBJECT, ISSUER.replace('.', 'x')],
    [false, SUBJECT, ''],
  ])('answers %s for %j by %j', (expected, subject, issuer) => {
    expect(matchesIdentity(exact, { issuer, subject })).toBe(expected);
  });
});

describe('when the subject is a pattern', () => {
  it.each([
    [true, 'ci-.*@acme\\.com', 'ci-7@acme.com'],
    [false, 'ci-.*@acme\\.com', 'ci-7@acme.com.evil.example'],
    [false, 'ci-.*@acme\\.com', 'evil-ci-7@acme.com'],
    [false, 'ci-.*@acme\\.com', 'x\nci-7@acme.com'],
    [false, 'ci-.*@acme\\.com', 'ci-7@acme.com\n'],
    [false, 'ci-[^@]*@acme\\.com', 'ci-\n7@acme.com'],
    [true, 'a@acme\\.com|b@acme\\.com', 'b@acme.com'],
    [false, 'a@acme\\.com|b@acme\\.com', 'a@acme.com.evil'],
    [false, 'a@acme\\.com|b@acme\\.com', 'evil-b@acme.com'],
    [true, '.@acme\\.com', '😀@acme.com'],
    [false, 'a+', 'a'.repeat(2_049)],
    [true, 'a+', 'a'.repeat(2_048)],
  ])('answers %s: %s against %j', (expected, source, subject) => {
    expect(matchesIdentity(like(source), { issuer: ISSUER, subject })).toBe(expected);
  });

  it('holds even when an expression came in that is not anchored', () => {
    const loose = { issuer: ISSUER, subject: { kind: 'pattern', source: 'a@acme\\.com', pattern: /a@acme\.com/ } } as Identity;
    expect(matchesIdentity(loose, { issuer: ISSUER, subject: 'a@acme.com.evil' })).toBe(false);
  });
});

describe('when an identity is described', () => {
  it('names both halves', () => {
    expect(describeIdentity(exact)).toContain(SUBJECT);
    expect(describeIdentity(exact)).toContain(ISSUER);
    expect(describeIdentity(like('ci-.*'))).toContain('/ci-.*/');
  });
});
