import fc from 'fast-check';
import { lintTrustPolicy, matchesIdentity, policiesFor } from '../../../verification/trust-policy';
import { coversRepository } from '../../../verification/trust-policy/imageMatching';
import { lintSubject } from '../../../verification/trust-policy/lintSubject';
import { ownerOf } from '../../../verification/trust-policy/subjectOwner';
import type { Identity } from '../../../verification/trust-policy';
import { ISSUER, accepted, goodDocument } from './policyText';
import type { Loose } from './policyText';

const NOW = new Date('2026-11-23T12:00:00Z');
const like = (source: string): Identity => ({ issuer: ISSUER, subject: { kind: 'pattern', source } });
const lint = (change: (document: Loose) => void) => {
  const document = goodDocument();
  change(document);
  const policy = accepted(JSON.stringify(document));
  return { policy, findings: lintTrustPolicy(policy, NOW) };
};
const WORKFLOW = 'https://github\\.com/acme/ml-models/\\.github/workflows/release\\.yml';

describe('when a subject pattern is linted', () => {
  it.each<[string, readonly string[]]>([
    ['https://github.com/.*', ['policy-subject-wide']],
    ['https://github\\.com.*', ['policy-subject-wide']],
    ['https://github\\.com/acme.*', ['policy-subject-wide']],
    ['https://github\\.com/acme-.*/ml-models/\\.github/workflows/release\\.yml@refs/heads/main', ['policy-subject-wide']],
    ['https://github\\.com/[^/]+/ml-models/\\.github/workflows/release\\.yml@refs/heads/main', ['policy-subject-wide']],
    ['.*acme/ml-models.*', ['policy-subject-wide']],
    ['.*@refs/heads/main', ['policy-subject-wide']],
    ['.*@gmail.com', ['policy-subject-wide']],
    ['.*@gmail\\.com', ['policy-subject-wide']],
    ['ann@acme\\.com|https://github\\.com/.*', ['policy-subject-wide']],
    ['.+@acme.com', ['policy-subject-organisation', 'policy-subject-dot']],
    ['.+@acme\\.com', ['policy-subject-organisation']],
    ['https://github\\.com/acme/.*', ['policy-subject-organisation']],
    ['^https://github\\.com/(acme|globex)/.*$', ['policy-subject-organisation']],
    ['https://github\\.com/acme/[^/]+/\\.github/workflows/release\\.yml@refs/heads/main', ['policy-subject-organisation']],
    ['https://ci\\.acme\\.example/.*', ['policy-subject-organisation']],
    ['https://github\\.com/acme/ml-models/.*', ['policy-subject-any-branch']],
    [`${WORKFLOW}@.*`, ['policy-subject-any-branch']],
    [`${WORKFLOW}@refs/heads/.*`, ['policy-subject-any-branch']],
    [`${WORKFLOW}@refs/pull/.*`, ['policy-subject-any-branch']],
    ['https://github.com/acme/ml-models/.github/workflows/release.yml@refs/heads/main', ['policy-subject-dot']],
  ])('tells of %s: %j', (source, codes) => {
    expect(lintSubject(like(source), 'here').map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    `${WORKFLOW}@refs/heads/main`,
    `${WORKFLOW}@refs/heads/(main|release)`,
    `${WORKFLOW}@refs/tags/v.*`,
    `${WORKFLOW}@refs/tags/v[0-9]+\\.[0-9]+\\.[0-9]+`,
    `${WORKFLOW}@refs/heads/release-.*`,
    'https://github\\.com/(?:acme|globex)/ml-models/\\.github/workflows/release\\.yml@refs/heads/main',
    'ci-.*@acme\\.iam\\.gserviceaccount\\.com',
    'ann@gmail\\.com',
  ])('has nothing to say about %s', (source) => {
    expect(lintSubject(like(source), 'here')).toEqual([]);
  });

  it('says nothing about an exact subject that looks like a pattern', () => {
    expect(lintSubject({ issuer: ISSUER, subject: { kind: 'exact', value: 'https://github.com/.*' } }, 'here')).toEqual([]);
  });

  it('tells only what the pattern really accepts, and strangers only of strangers (any mixture of pattern parts)', () => {
    const host = fc.constantFrom('github\\.com', 'github.com', 'gitlab\\.com', 'github\\.com.*', '[a-z.]+', 'ci\\.acme\\.com');
    const owner = fc.constantFrom('acme', 'acme.*', '[^/]+', '(acme|globex)', 'acme-\\w+', '.*', 'a.me', 'acme?', 'acm[ef]');
    const rest = fc.constantFrom(
      'ml-models/\\.github/workflows/a\\.yml@refs/heads/main',
      '.*',
      '[^@]*@refs/heads/.*',
      '[\\w-]+/.+@refs/tags/v\\d+',
    );
    const web = fc.tuple(host, owner, rest).map(([a, b, c]) => `https://${a}/${b}/${c}`);
    const local = fc.constantFrom('.*', '.+', 'ci-.*', '[a-z]{3,}', '\\w+', 'ann', '(ann|bob)', 'a{3}');
    const domain = fc.constantFrom('acme\\.com', 'acme.com', 'gmail.com', '.*', '.*acme\\.com', '[a-z]+\\.acme\\.com');
    const mail = fc.tuple(local, domain).map(([a, b]) => `${a}@${b}`);
    let told = 0;
    fc.assert(
      fc.property(fc.oneof(web, mail), (source) => {
        for (const finding of lintSubject(like(source), 'here')) {
          told += 1;
          expect(matchesIdentity(like(source), { issuer: ISSUER, subject: finding.accepts })).toBe(true);
          if (finding.code !== 'policy-subject-wide' && finding.code !== 'policy-subject-dot') continue;
          expect(['github.com/acme', 'github.com/globex', 'gitlab.com/acme', 'ci.acme.com', 'acme.com']).not.toContain(
            ownerOf(finding.accepts),
          );
        }
      }),
      { numRuns: 300 },
    );
    expect(told).toBeGreaterThan(100);
  });
});

describe('when a pattern would keep a matcher busy that tries all ways', () => {
  const problemOf = (subjectRegExp: string) => {
    const document = goodDocument();
    document.policies[0].authorities[0].keyless.identities[0] = { issuer: ISSUER, subjectRegExp, anyCaller: true };
    try {
      accepted(JSON.stringify(document));
      return undefined;
    } catch (error) {
      return String(error);
    }
  };

  it.each(['(a+)+@acme\\.com', '(a|aa)*b', '(.*)*x', '(\\w+\\s?)*x', '(a?){50}b', '((a+)b)+c', '(?<n>a+){2,}b', '(?:(?:a)*)*b', 'x(a|a)+'])(
    'is matched in linear time, and linted so: %s (another matcher would run out of the test time-out)',
    (source) => {
      expect(problemOf(source)).toBeUndefined();
      expect(matchesIdentity(like(source), { issuer: ISSUER, subject: `${'a'.repeat(2_000)}!` })).toBe(false);
    },
  );

  it('is matched in linear time with many open ends in a row', () => {
    const source = 'https://acme\\.com/.*/.*/.*/.*@main';
    expect(problemOf(source)).toBeUndefined();
    expect(matchesIdentity(like(source), { issuer: ISSUER, subject: `https://acme.com${'/'.repeat(2_000)}` })).toBe(false);
  });

  it.each([
    '(?:[a-z]+\\.)+acme\\.com',
    'https://acme\\.com(?:/[a-z-]+)*',
    '(a|b)+@acme\\.com',
    '(?:[^/]+/){2}x',
    '[^/]+/[^/]+/[^/]+/[^/]+/[^/]+/x',
  ])('is accepted where each part has its end: %s', (source) => {
    expect(problemOf(source)).toBeUndefined();
  });
});

describe('when the rest of a policy is linted', () => {
  it('has nothing to say about a good one', () => {
    expect(lint(() => undefined).findings).toEqual([]);
  });

  it.each([
    'docker.io/**',
    'ghcr.io/**',
    'ghcr.io/*/models',
    'ghcr.io/acme*/x',
    'ghcr.io/**/models',
    'docker.io/acme*/models',
    'quay.io/*',
  ])('tells of %s with a repository of a stranger that it covers', (glob) => {
    const { policy, findings } = lint((d) => (d.policies[0].images = [glob]));
    expect(findings).toMatchObject([{ code: 'policy-images-wide', path: 'policies[0].images[0]' }]);
    expect(coversRepository(policy.policies[0]!, findings[0]!.accepts)).toBe(true);
    expect(findings[0]!.accepts).toContain('mallory');
  });

  it.each(['ghcr.io/acme/**', 'registry.acme.example/**', 'docker.io/library/nginx', '127.0.0.1:*/acme/**'])(
    'is content with %s',
    (glob) => {
      expect(lint((d) => (d.policies[0].images = [glob])).findings).toEqual([]);
    },
  );

  it.each<[string, string, (d: Loose) => void]>([
    ['policy-age-of-key', 'policies[0].authorities[1].key', (d) => (d.policies[0].freshness = { maxSignatureAge: '90d' })],
    ['policy-age-of-key', 'policies[0].authorities[1].key', (d) => (d.policies[0].rollback = 'enforce')],
    ['policy-warn-only', 'policies[0].mode', (d) => (d.policies[0].mode = 'warn')],
    ['policy-without-attestations', 'policies[0]', (d) => (d.policies[0].name = 'models-production')],
    [
      'policy-without-signature',
      'policies[0].signatures.threshold',
      (d) =>
        Object.assign(d.policies[0], {
          signatures: { threshold: 0 },
          attestations: [{ name: 'any', custom: { predicateType: 'https://a.example/b' } }],
        }),
    ],
  ])('tells %s with an image that is covered', (code, path, change) => {
    const { policy, findings } = lint(change);
    expect(findings).toMatchObject([{ code, path }]);
    expect(coversRepository(policy.policies[0]!, findings[0]!.accepts)).toBe(true);
  });

  it.each(['reproduction', 'products', 'delivery', 'staging'])('does not take %s for production', (name) => {
    expect(lint((d) => (d.policies[0].name = name)).findings).toEqual([]);
  });

  it('tells of unmatchedImages: allow with an image that no policy covers', () => {
    const { policy, findings } = lint((d) => {
      d.unmatchedImages = 'allow';
      d.policies.push({ ...d.policies[0], name: 'hub', images: ['docker.io/mallory/**'] });
    });
    expect(findings).toMatchObject([{ code: 'policy-unmatched-allowed' }]);
    expect(policiesFor(findings[0]!.accepts, policy)).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['2027-11-23', []],
    ['2027-11-25', ['policy-exception-long']],
    ['2126-01-01', ['policy-exception-long']],
    ['2020-01-01', []],
  ])('measures an exception until %s: %j', (expires, codes) => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const exception = { name: 'e', images: ['ghcr.io/acme/ml-models/a'], digest, findings: ['unsigned'], reason: 'r', owner: 'o', expires };
    const { findings } = lint((d) => (d.exceptions = [exception]));
    expect(findings.map(({ code }) => code)).toEqual(codes);
    for (const { accepts } of findings) expect(accepts).toBe(`ghcr.io/acme/ml-models/a@${digest}`);
  });
});
