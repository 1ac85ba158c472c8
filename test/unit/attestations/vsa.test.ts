import type { VerifiedAttestation } from '../../../verification/attestations/types';
import { verificationSummaryCheck } from '../../../verification/checks/attestations/provenance/verificationSummaryCheck';
import { verificationSummarySchema } from '../../../verification/trust-policy/requirements/verificationSummary';
import { DIGEST, IMAGE, attestation, context, gist } from './slsaSamples';
import type { Loose } from './slsaSamples';

const VSA = 'https://slsa.dev/verification_summary/v1';
const VERIFIER = 'https://acme.test/model-gate';
const POLICY_DIGEST = 'ef'.repeat(32);

const predicate = (fields: object = {}): Loose => ({
  verifier: { id: VERIFIER },
  timeVerified: '2026-11-22T12:00:00Z',
  resourceUri: 'oci://ghcr.io/acme/sentiment',
  policy: { uri: 'https://acme.test/policies/prod', digest: { sha256: POLICY_DIGEST } },
  verificationResult: 'PASSED',
  verifiedLevels: ['SLSA_BUILD_LEVEL_3', 'ACME_REVIEWED'],
  ...fields,
});

const summary = (fields: object = {}, rest: Partial<VerifiedAttestation> = {}): VerifiedAttestation =>
  attestation({ predicateType: VSA, predicate: predicate(fields), ...rest });

/** Both of the verifier's time and of the signature. */
const at = (time: string, fields: object = {}, source = time) =>
  summary({ timeVerified: time, ...fields }, { signedAt: new Date(time).toISOString(), source });

function check(requirement: object, attestations: readonly VerifiedAttestation[], image = IMAGE) {
  const [first, ...others] = attestations;
  if (first === undefined) throw new Error('a check gets at least one attestation');
  const parsed = verificationSummarySchema.parse({ verifiers: [VERIFIER], ...requirement });
  return verificationSummaryCheck.check(parsed, [first, ...others], { ...context(), reference: image });
}
const codes = (requirement: object, attestations: readonly VerifiedAttestation[], image?: string) =>
  gist(check(requirement, attestations, image).findings);

describe('when a summary says what the policy wants', () => {
  it.each<[string, object]>([
    ['the verifier', {}],
    ['one of several verifiers', { verifiers: ['https://other.test', VERIFIER] }],
    ['its level', { verifiedLevels: ['SLSA_BUILD_LEVEL_3'] }],
    ['a lower level of the same track', { verifiedLevels: ['SLSA_BUILD_LEVEL_2', 'ACME_REVIEWED'] }],
    ['the resource', { resourceUri: 'oci://ghcr.io/acme/sentiment' }],
    ['the policy', { policy: { uri: 'https://acme.test/policies/prod', digest: `sha256:${POLICY_DIGEST}` } }],
    ['its age', { maxAge: '2d' }],
  ])('accepts %s', (_what, requirement) => {
    const item = summary();
    expect(check(requirement, [item])).toEqual({ findings: [], warnings: [], used: [item] });
  });

  it.each([
    'ghcr.io/acme/sentiment',
    'https://ghcr.io/acme/sentiment:v2',
    `docker://ghcr.io/acme/sentiment@${DIGEST}`,
    'pkg:oci/sentiment?repository_url=ghcr.io/acme/sentiment',
    `pkg:oci/sentiment@${encodeURIComponent(DIGEST)}?arch=amd64&repository_url=ghcr.io%2Facme%2Fsentiment`,
  ])('knows the image in %s', (resourceUri) => {
    expect(codes({}, [summary({ resourceUri })])).toEqual([]);
  });
});

describe('when a summary says something else', () => {
  it.each<[string, object, string]>([
    ['verifier', { verifiers: [`${VERIFIER}-evil`] }, 'verifier.id'],
    ['resource', { resourceUri: 'oci://ghcr.io/acme/sentiment-dev' }, 'resourceUri'],
    ['policy', { policy: { uri: 'https://acme.test/policies/dev' } }, 'policy.uri'],
    ['version of the policy', { policy: { digest: `sha256:${'0'.repeat(64)}` } }, 'policy.digest'],
    ['track', { verifiedLevels: ['SLSA_SOURCE_LEVEL_1'] }, 'verifiedLevels'],
    ['level', { verifiedLevels: ['SLSA_BUILD_LEVEL_4'] }, 'verifiedLevels'],
    ["level of one's own", { verifiedLevels: ['ACME_REVIEWED_TWICE'] }, 'verifiedLevels'],
  ])('rejects another %s', (_what, requirement, field) => {
    expect(codes(requirement, [summary()])).toEqual([`verification-summary-mismatch ${field}`]);
  });

  it.each([
    'oci://ghcr.io/acme/sentiment-evil',
    'oci://ghcr.io.evil.test/acme/sentiment',
    `ghcr.io/acme/sentiment@sha256:${'0'.repeat(64)}`,
    'pkg:oci/sentiment',
    'pkg:oci/sentiment?repository_url=ghcr.io/acme/other',
    'pkg:oci/sentiment?repository_url=ghcr.io/acme/sentiment&repository_url=ghcr.io/acme/other',
    `pkg:oci/sentiment@sha256%3A${'0'.repeat(64)}?repository_url=ghcr.io/acme/sentiment`,
    'pkg:oci/sentiment@%E0%A4%A?repository_url=ghcr.io/acme/sentiment',
    'git+https://github.com/acme/sentiment',
    'https://ghcr.io/acme/sentiment/../other',
  ])('does not take %s for the image', (resourceUri) => {
    expect(codes({}, [summary({ resourceUri })])).toEqual(['verification-summary-mismatch resourceUri']);
  });

  it('rejects a summary without the digest of the policy when one is asked for', () => {
    const item = summary({ policy: { uri: 'https://acme.test/policies/prod' } });
    expect(codes({ policy: { digest: `sha256:${POLICY_DIGEST}` } }, [item])).toEqual(['verification-summary-mismatch policy.digest']);
  });

  it('rejects PASSED beside the level FAILED', () => {
    expect(codes({}, [summary({ verifiedLevels: ['FAILED'] })])).toEqual(['verification-summary-failed']);
  });

  it.each<[string, VerifiedAttestation]>([
    ['too old', at('2026-11-15T11:59:00Z')],
    ['old, and signed again', summary({ timeVerified: '2026-11-01T00:00:00Z' })],
    ['of the future', at('2026-11-24T12:00:00Z')],
    ['dated ahead of its signature', summary({ timeVerified: '2026-11-22T12:06:00Z' })],
  ])('rejects one that is %s', (_what, item) => {
    expect(codes({ maxAge: '7d' }, [item])).toEqual(['verification-summary-not-fresh']);
  });

  it('warns from 70 % of the age on', () => {
    const warnings = (maxAge: string) => check({ maxAge }, [summary()]).warnings;
    expect(warnings('48h')).toEqual([]);
    expect(codes({ maxAge: '24h' }, [summary()])).toEqual([]);
    expect(warnings('30h')).toMatchObject([{ code: 'attestation-ageing', what: 'verification summary', age: '1 day' }]);
  });
});

describe('when a verifier says PASSED and FAILED', () => {
  const failed = { verificationResult: 'FAILED', verifiedLevels: ['FAILED'] };
  const [early, late] = ['2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z'];

  it('rejects FAILED alone, and tells the verifier, its policy and the time', () => {
    expect(check({}, [summary(failed)]).findings).toMatchObject([
      {
        code: 'verification-summary-failed',
        verifier: VERIFIER,
        policyUri: 'https://acme.test/policies/prod',
        timeVerified: '2026-11-22T12:00:00.000Z',
      },
    ]);
  });

  it.each<[string, readonly VerifiedAttestation[]]>([
    ['a FAILED that is later', [at(late, failed), at(early)]],
    ['a FAILED of the same time', [at(early), at(early, failed)]],
    ['a FAILED that was signed later', [at(late), summary({ ...failed, timeVerified: early }, { signedAt: '2026-11-22T12:00:00.000Z' })]],
    ['a FAILED that is dated later by the verifier alone', [at(early), { ...at(late, failed), signedAt: '2026-11-19T00:00:00.000Z' }]],
  ])('lets %s win, in whatever order they come', (_what, items) => {
    expect(codes({}, items)).toEqual(['verification-summary-failed']);
    expect(codes({}, [...items].reverse())).toEqual(['verification-summary-failed']);
  });

  it('accepts PASSED after FAILED: the image was verified again', () => {
    const passed = at(late);
    expect(check({}, [passed, at(early, failed)]).used).toEqual([passed]);
  });

  it.each<[string, object, object]>([
    ['another verifier', {}, { verifier: { id: 'https://other.test' } }],
    ['another resource', {}, { resourceUri: 'oci://ghcr.io/acme/other' }],
    ['another policy', { policy: { uri: 'https://acme.test/policies/prod' } }, { policy: { uri: 'https://acme.test/policies/dev' } }],
  ])('does not count a FAILED of %s', (_what, requirement, fields) => {
    expect(codes(requirement, [at(late, { ...failed, ...fields }), at(early)])).toEqual([]);
  });

  it('does not let a summary of lower levels hide what it lacks behind an old FAILED', () => {
    const items = [at(late, { verifiedLevels: [] }), at(early, failed)];
    expect(codes({ verifiedLevels: ['ACME_REVIEWED'] }, items)).toEqual(['verification-summary-mismatch verifiedLevels']);
  });
});

describe('when a summary cannot be read', () => {
  it.each<[string, object, string]>([
    ['no verifier', { verifier: undefined }, 'verifier.id'],
    ['a verifier that is text', { verifier: VERIFIER }, 'verifier'],
    ['no time', { timeVerified: undefined }, 'timeVerified'],
    ['a time of numbers', { timeVerified: 1_700_000_000 }, 'timeVerified'],
    ['a time without zone', { timeVerified: '2026-11-22T12:00:00' }, 'timeVerified'],
    ['no resource', { resourceUri: undefined }, 'resourceUri'],
    ['no policy', { policy: undefined }, 'policy.uri'],
    ['no result', { verificationResult: undefined }, 'verificationResult'],
    ['a result in small letters', { verificationResult: 'passed' }, 'verificationResult'],
    ['a result that is true', { verificationResult: true }, 'verificationResult'],
    ['levels that are text', { verifiedLevels: 'SLSA_BUILD_LEVEL_3' }, 'verifiedLevels'],
    ['a level that is a number', { verifiedLevels: [3] }, 'verifiedLevels[0]'],
    ['a hundred thousand levels', { verifiedLevels: Array.from({ length: 100_000 }, () => 'A') }, 'verifiedLevels'],
    ['a huge resource', { resourceUri: 'x'.repeat(1_000_000) }, 'resourceUri'],
    ['a verifier under __proto__', JSON.parse(`{"verifier":{"__proto__":{"id":"${VERIFIER}"}}}`) as object, 'verifier.id'],
  ])('names the field: %s', (_what, fields, path) => {
    expect(check({}, [summary(fields)]).findings).toMatchObject([{ code: 'predicate-malformed', path }]);
  });

  it.each([[null], ['PASSED'], [[]], [undefined]])('refuses %j as a predicate', (value) => {
    expect(codes({}, [attestation({ predicateType: VSA, predicate: value })])).toEqual(['predicate-malformed']);
  });

  it('does not accept an older PASSED: what cannot be read may say FAILED', () => {
    const broken = at('2026-11-22T12:00:00Z', { verificationResult: 'failed' });
    expect(codes({}, [broken, at('2026-11-20T12:00:00Z')])).toEqual(['predicate-malformed']);
  });

  it('accepts a later PASSED, and one beside a broken summary of somebody else', () => {
    const broken = at('2026-11-20T12:00:00Z', { verificationResult: 'failed' });
    expect(codes({}, [at('2026-11-22T12:00:00Z'), broken])).toEqual([]);
    const foreign = at('2026-11-22T12:00:00Z', { verifier: { id: 'https://other.test' }, policy: 1 });
    expect(codes({}, [foreign, at('2026-11-20T12:00:00Z')])).toEqual([]);
    expect(codes({}, [foreign])).toEqual(['verification-summary-mismatch verifier.id']);
  });
});

describe('when the requirement itself is wrong', () => {
  it.each<[string, object]>([
    ['no verifiers', { verifiers: [] }],
    ['a missing list of verifiers', {}],
    ['a policy without uri and digest', { verifiers: [VERIFIER], policy: {} }],
    ['a shortened digest', { verifiers: [VERIFIER], policy: { digest: 'sha256:ab' } }],
    ['an age that is none', { verifiers: [VERIFIER], maxAge: '0d' }],
    ['an unknown field', { verifiers: [VERIFIER], levels: ['A'] }],
  ])('refuses %s', (_what, requirement) => {
    expect(verificationSummarySchema.safeParse(requirement).success).toBe(false);
  });
});
