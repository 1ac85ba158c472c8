import { callerDifferences } from '../../../verification/trust-policy/caller';
import { isSameRepository, repositoryAddress } from '../../../verification/trust-policy/repositoryAddress';
import { signerName } from '../../../verification/trust-policy/signerName';
import { ISSUER, SUBJECT, accepted, goodDocument, problemsOf } from './policyText';
import type { Loose } from './policyText';

const ACME = 'https://github.com/acme/ml';

describe('when the repository of a certificate is compared', () => {
  it.each([
    [true, ACME, ACME],
    [true, ACME, 'https://github.com/Acme/ML'],
    [true, ACME, 'https://github.com/acme/ml/'],
    [true, ACME, 'https://github.com/acme/ml.git'],
    [true, ACME, 'github.com/acme/ml'],
    [false, ACME, 'http://github.com/acme/ml'],
    [false, ACME, 'https://github.com/acme/ml-evil'],
    [false, ACME, 'https://github.com/acme/ml/evil'],
    [false, ACME, 'https://github.com.evil.example/acme/ml'],
    [false, ACME, 'https://github.com/acme%2Fml'],
    [false, ACME, 'https://github.com/x/../acme/ml'],
    [false, ACME, 'https://x@github.com/acme/ml'],
    [false, ACME, 'https://github.com/acme/ml?x'],
    [false, ACME, 'https://github.com/acme/ml#x'],
    [false, ACME, 'https://github.com//acme/ml'],
    [false, 'https://github.com/acme/kit', 'https://github.com/acme/\u212Ait'],
    [false, ACME, ''],
    [true, 'https://git.acme.example/a/ml', 'https://git.acme.example/a/ml'],
    [false, 'https://git.acme.example/a/ml', 'https://git.acme.example/a/ML'],
  ])('answers %s: %s and %s', (expected, policy, certified) => {
    expect(isSameRepository(policy, certified)).toBe(expected);
  });

  it.each([
    ['https://GitHub.com/Acme/ml.git/', 'https://github.com/Acme/ml'],
    ['https://github.com:443/acme/ml', ACME],
    ['https://git.example:8443/a', 'https://git.example:8443/a'],
    ['git@github.com:acme/ml.git', undefined],
    ['acme/ml', undefined],
    ['https://github.com/', undefined],
  ])('writes %s as %s', (text, address) => {
    expect(repositoryAddress(text)).toBe(address);
  });
});

describe('when fields of the caller are compared', () => {
  it('tells each difference, and a claim that is missing', () => {
    const expected = { sourceRepository: ACME, sourceRepositoryId: '1', buildTrigger: 'push', runnerEnvironment: 'github-hosted' };
    const certified = { sourceRepositoryUri: 'https://github.com/mallory/evil', buildTrigger: 'push', runnerEnvironment: 'self-hosted' };
    expect(callerDifferences(expected, certified)).toEqual([
      { field: 'sourceRepository', expected: ACME, found: 'https://github.com/mallory/evil' },
      { field: 'sourceRepositoryId', expected: '1' },
      { field: 'runnerEnvironment', expected: 'github-hosted', found: 'self-hosted' },
    ]);
  });
});

describe('when a policy is read', () => {
  const withIdentity = (identity: object): string => {
    const document: Loose = goodDocument();
    document.policies[0].authorities[0].keyless.identities[0] = identity;
    return JSON.stringify(document);
  };
  const identityOf = (identity: object) => {
    const [authority] = accepted(withIdentity(identity)).policies[0]!.authorities;
    return authority?.kind === 'keyless' ? authority.identities[0] : undefined;
  };

  it('proposes the repository of the workflow as the line to add', () => {
    const [problem] = problemsOf(withIdentity({ issuer: ISSUER, subject: SUBJECT }));
    expect(problem?.path).toMatch(/identities\[0\]\.sourceRepository$/);
    expect(problem?.message).toContain('"sourceRepository: https://github.com/acme/ml-models"');
    expect(problem?.message).toContain('"anyCaller: true"');
  });

  it.each([
    ['https://gitlab.com/g/sub/p//.gitlab-ci.yml@refs/heads/main', 'https://gitlab.com/g/sub/p'],
    ['https://git.acme.example/g/p/.github/workflows/x.yml@refs/heads/main', 'https://git.acme.example/g/p'],
  ])('proposes it for %s', (subject, repository) => {
    const [problem] = problemsOf(withIdentity({ issuer: 'https://issuer.test', subject }));
    expect(problem?.message).toContain(`"sourceRepository: ${repository}"`);
  });

  it('proposes it for a pattern with a fixed beginning', () => {
    const subjectRegExp = 'https://github\\.com/acme/ml-models/\\.github/workflows/.*';
    const [problem] = problemsOf(withIdentity({ issuer: ISSUER, subjectRegExp }));
    expect(problem?.message).toContain('"sourceRepository: https://github.com/acme/ml-models"');
  });

  it.each([
    [{ issuer: 'https://accounts.google.com', subject: 'ann@acme.example' }],
    [{ issuer: 'https://accounts.google.com', subjectRegExp: '.*@acme\\.example' }],
    [{ issuer: 'https://login.acme.example', subject: 'ann@acme.example' }],
    [{ issuer: 'https://login.acme.example', subjectRegExp: '[^@/]+@acme\\.example' }],
    [{ issuer: 'https://login.acme.example', subjectRegExp: 'spiffe://acme\\.example/.+' }],
    [{ issuer: 'https://agent.buildkite.com', subject: 'https://buildkite.com/acme/ml' }],
    [{ issuer: 'https://agent.buildkite.com', subjectRegExp: 'https://buildkite\\.com/acme/.+' }],
    [{ issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/x', subject: 'https://kubernetes.io/namespaces/ci/serviceaccounts/x' }],
    [{ issuer: 'https://oidc.circleci.com/org/x', subject: 'https://circleci.com/api/v2/projects/x/pipeline-definitions/y' }],
    [{ issuer: 'https://ci.acme.example', subject: 'https://ci.acme.example/build' }],
    [{ issuer: 'https://issuer.enforce.dev', subjectRegExp: 'https://issuer\\.enforce\\.dev/720909c9/.+' }],
    [{ issuer: 'https://oidc.buddyusercontent.com', subjectRegExp: 'https://app\\.buddy\\.works/acme/.+' }],
  ])('asks for no caller of %j', (identity) => {
    expect(identityOf(identity)).not.toHaveProperty('caller');
  });

  it('reads numbers as text, and one spelling of the repository', () => {
    const identity = { issuer: ISSUER, subject: SUBJECT, sourceRepository: 'https://GitHub.com/acme/ml.git', sourceRepositoryId: 4711 };
    expect(identityOf(identity)).toMatchObject({ caller: { sourceRepository: ACME, sourceRepositoryId: '4711' } });
    expect(identityOf({ issuer: ISSUER, subject: SUBJECT, anyCaller: true })).toMatchObject({ anyCaller: true });
  });

  it.each([
    ['acme/ml', 'write https://github.com/acme/ml'],
    ['git@github.com:acme/ml.git', 'write https://github.com/acme/ml'],
    ['git+https://github.com/acme/ml@refs/heads/main', 'write https://github.com/acme/ml'],
    ['https://github.com/acme', 'https://github.com/OWNER/REPOSITORY'],
    ['github.com/acme/ml', 'write https://github.com/acme/ml'],
    ['ssh://git@git.acme.example/acme/ml.git', 'write https://git.acme.example/acme/ml'],
  ])('refuses the repository %s with the way to write it', (sourceRepository, words) => {
    const [problem] = problemsOf(withIdentity({ issuer: ISSUER, subject: SUBJECT, sourceRepository }));
    expect(problem?.message).toContain(words);
  });

  it.each(['https://github.com/acme/*', 'https://build_host/acme/*', 'https://git.acme.example/*/ml'])(
    'proposes no repository that is nobody in %s',
    (sourceRepository) => {
      const [problem] = problemsOf(withIdentity({ issuer: ISSUER, subject: SUBJECT, sourceRepository }));
      expect(problem?.message).not.toContain(': write ');
    },
  );

  it('accepts a server whose name has an underscore', () => {
    const subject = 'https://git_lab.acme.example/a/ml//.gitlab-ci.yml@refs/heads/main';
    const sourceRepository = 'https://git_lab.acme.example/a/ml';
    expect(identityOf({ issuer: 'https://git_lab.acme.example', subject, sourceRepository })).toMatchObject({
      caller: { sourceRepository },
    });
  });

  it.each([
    ['two refs of one workflow', [SUBJECT, SUBJECT.replace('heads/main', 'tags/v1')], 1],
    ['two workflows', [SUBJECT, SUBJECT.replace('release', 'nightly')], 2],
  ])('counts %s before anything is signed', (_what, subjects, signers) => {
    const document: Loose = goodDocument();
    document.policies[0].authorities = [
      { name: 'w', keyless: { identities: subjects.map((subject) => ({ issuer: ISSUER, subject, sourceRepository: ACME })) } },
    ];
    document.policies[0].signatures = { threshold: 2 };
    if (signers === 2) expect(accepted(JSON.stringify(document)).policies[0]?.signatureThreshold).toBe(2);
    else expect(problemsOf(JSON.stringify(document))[0]?.message).toContain('at most 1');
  });
});

describe('when signers are told apart', () => {
  const name = (subject: string, issuer = ISSUER) => signerName(issuer, subject);
  it.each([
    [SUBJECT, SUBJECT.replace('heads/main', 'tags/v1')],
    [SUBJECT, SUBJECT.replace('refs/heads/main', 'a'.repeat(40))],
    [SUBJECT, SUBJECT.replace('heads/main', 'tags/v1@2')],
    [SUBJECT, SUBJECT.replace('acme/ml', 'Acme/ML')],
    ['ann@acme.example', 'Ann@ACME.example'],
    ['ann@acme.example', 'ann+ci@acme.example'],
  ])('takes %s and %s for one', (a, b) => {
    expect(name(a)).toBe(name(b));
  });

  it.each([
    [SUBJECT, SUBJECT.replace('release.yml', 'nightly.yml')],
    [SUBJECT, SUBJECT.replace('acme', 'mallory')],
    ['ann@acme.example', 'bob@acme.example'],
    ['ann@acme.example', 'ann@acme.example.evil'],
  ])('takes %s and %s for two', (a, b) => {
    expect(name(a)).not.toBe(name(b));
  });

  it('takes one mailbox of two issuers for one, and one service account of two clusters for two', () => {
    expect(name('ann@acme.example', 'https://a.test')).toBe(name('ann@acme.example', 'https://b.test'));
    const account = 'https://kubernetes.io/namespaces/ci/serviceaccounts/x';
    expect(name(account, 'https://a.test')).not.toBe(name(account, 'https://b.test'));
  });
});
