import type { CertificateClaims, VerifiedAttestation } from '../../../verification/attestations/types';
import {
  BUILDER,
  CALLER,
  CLAIMS,
  COMMIT,
  REPOSITORY,
  V02,
  WORKFLOW,
  attestation,
  check,
  gist,
  keyed,
  predicateV02,
  predicateV1,
} from './slsaSamples';
import type { Loose } from './slsaSamples';

const trusted = (level: number, fields = {}) => ({ builders: [{ id: BUILDER, level, ...fields }] });
const withClaims = (claims: Partial<CertificateClaims>) => attestation({ claims: { ...CLAIMS, ...claims } });
const changed = (change: (predicate: Loose) => void): VerifiedAttestation => {
  const predicate = predicateV1();
  change(predicate);
  return attestation({ predicate });
};
/** Signed for the same builder, without anything certified about the build: what the predicate says is all there is. */
const uncertified = (change: (predicate: Loose) => void = () => undefined) => ({ ...changed(change), claims: {} });

describe('when a provenance meets what the policy asks for', () => {
  it.each<[string, object]>([
    ['level 1', { level: 1 }],
    ['level 2, hosting read from the certificate', { level: 2 }],
    ['Build Level 3 of SLSA 1.x', { level: 2, requires: ['isolatedBuilder', 'nonFalsifiable'], ...trusted(3) }],
    ['its builder', trusted(1)],
    ['its build type', { buildTypes: ['https://actions.github.io/buildtypes/workflow/v1'] }],
    ['its repository', { sourceRepository: REPOSITORY }],
    ['its repository in the spelling of git', { sourceRepository: `git+${REPOSITORY}.git` }],
    ['its ref', { sourceRef: 'refs/heads/main' }],
    ['its ref by a pattern', { sourceRefRegExp: 'refs/heads/(main|release)' }],
    ['its workflow', { workflow: WORKFLOW }],
    ['its runner', { runnerEnvironment: 'github-hosted' }],
    ['its trigger', { triggers: ['workflow_dispatch', 'push'] }],
    ['its age', { maxAge: '2d' }],
  ])('accepts %s', (_what, requirement) => {
    const item = attestation();
    expect(check(requirement, [item])).toEqual({ findings: [], warnings: [], used: [item] });
  });

  it.each<[string, object]>([
    [
      'level 2 and the whole identity',
      { level: 2, ...trusted(2), sourceRepository: REPOSITORY, sourceRef: 'refs/heads/main', workflow: WORKFLOW, triggers: ['push'] },
    ],
    ['Build Level 3', { level: 2, requires: ['isolatedBuilder', 'nonFalsifiable'], ...trusted(3) }],
  ])('accepts provenance v0.2: %s', (_what, requirement) => {
    const older = { predicateType: V02, predicate: predicateV02() };
    expect(check(requirement, [attestation(older)]).findings).toEqual([]);
    expect(check({ ...requirement, ...trusted(3, { authorities: ['build-key'] }) }, [keyed(older)]).findings).toEqual([]);
  });

  it('reads everything from the predicate when a key signed it and the policy lets the key speak for the builder', () => {
    const requirement = {
      level: 2,
      ...trusted(2, { authorities: ['build-key'] }),
      sourceRepository: REPOSITORY,
      sourceRef: 'refs/heads/main',
      workflow: WORKFLOW,
      runnerEnvironment: 'github-hosted',
      triggers: ['push'],
    };
    expect(check(requirement, [keyed()]).findings).toEqual([]);
  });
});

describe('when the build is another than the policy names', () => {
  it.each<[string, object, string]>([
    ['builder', { builders: [{ id: `${BUILDER}-evil`, level: 3 }] }, 'builders'],
    ['builder without its ref', { builders: [{ id: BUILDER.split('@')[0], level: 3 }] }, 'builders'],
    ['build type', { buildTypes: ['https://actions.github.io/buildtypes/workflow/v2'] }, 'buildTypes'],
    ['repository', { sourceRepository: 'https://github.com/acme/ml' }, 'sourceRepository'],
    ['ref', { sourceRef: 'refs/heads/mai' }, 'sourceRef'],
    ['ref by a pattern that only starts alike', { sourceRefRegExp: 'refs/heads/m' }, 'sourceRefRegExp'],
    ['workflow', { workflow: 'release.yml' }, 'workflow'],
    ['trigger', { triggers: ['release'] }, 'triggers'],
  ])('rejects another %s', (_what, requirement, field) => {
    const { findings, used } = check(requirement, [attestation()]);
    expect(gist(findings)).toEqual([`provenance-mismatch ${field}`]);
    expect(used).toEqual([]);
  });

  it('rejects another runner, and tells what was expected, found, and where', () => {
    const item = withClaims({ runnerEnvironment: 'self-hosted' });
    (item.predicate as Loose).buildDefinition.internalParameters = {};
    expect(check({ runnerEnvironment: 'github-hosted' }, [item]).findings).toMatchObject([
      {
        code: 'provenance-mismatch',
        field: 'runnerEnvironment',
        expected: ['github-hosted'],
        found: 'self-hosted',
        where: 'certificate (1.3.6.1.4.1.57264.1.11)',
      },
    ]);
  });

  it.each<[string, object, (predicate: Loose) => void]>([
    [
      'repository',
      { sourceRepository: REPOSITORY },
      (p) => {
        p.buildDefinition.externalParameters = {};
        p.buildDefinition.resolvedDependencies = [];
      },
    ],
    [
      'ref',
      { sourceRef: 'refs/heads/main' },
      (p) => {
        delete p.buildDefinition.externalParameters.workflow.ref;
        p.buildDefinition.resolvedDependencies = [];
      },
    ],
    ['workflow', { workflow: WORKFLOW }, (p) => delete p.buildDefinition.externalParameters.workflow.path],
    ['runner', { runnerEnvironment: 'github-hosted' }, (p) => delete p.buildDefinition.internalParameters],
    ['trigger', { triggers: ['push'] }, (p) => delete p.buildDefinition.internalParameters.github.event_name],
  ])('rejects a build of unknown %s', (_what, requirement, change) => {
    expect(gist(check(requirement, [uncertified(change)]).findings)).toEqual([expect.stringContaining('provenance-mismatch')]);
  });
});

describe('when a named requirement is not met', () => {
  const isolation = { requires: ['isolatedBuilder', 'nonFalsifiable'], ...trusted(3) };

  it.each<[string, object, VerifiedAttestation, readonly string[]]>([
    ['scriptedBuild: no definition', { level: 1 }, uncertified((p) => (p.buildDefinition.externalParameters = {})), ['scriptedBuild']],
    ['hosted: no certificate, no trusted builder', { requires: ['hosted'] }, uncertified(), ['hosted']],
    ['hosted: builder trusted for less', { requires: ['hosted'], ...trusted(1) }, uncertified(), ['hosted']],
    [
      'hosted: self-hosted runner',
      { requires: ['hosted'], ...trusted(3) },
      { ...attestation(), predicate: selfHosted(), claims: { ...CLAIMS, runnerEnvironment: 'self-hosted' } },
      ['hosted'],
    ],
    [
      'hosted: self-hosted by the predicate',
      { requires: ['hosted'], ...trusted(3) },
      { ...attestation(), predicate: selfHosted(), claims: {} },
      ['hosted'],
    ],
    ['authenticated: key', { requires: ['authenticated'] }, keyed(), ['authenticated']],
    [
      'versionedSource: no commit',
      { requires: ['versionedSource'] },
      uncertified((p) => (p.buildDefinition.resolvedDependencies = [])),
      ['versionedSource'],
    ],
    [
      'versionedSource: no repository',
      { requires: ['versionedSource'] },
      uncertified((p) => {
        p.buildDefinition.externalParameters = {};
        p.buildDefinition.resolvedDependencies = [];
      }),
      ['versionedSource'],
    ],
    [
      'versionedSource: a commit that is none',
      { requires: ['versionedSource'] },
      uncertified((p) => (p.buildDefinition.resolvedDependencies[0].digest.gitCommit = 'main')),
      ['versionedSource'],
    ],
    [
      'isolatedBuilder: builder trusted for less',
      {
        requires: ['isolatedBuilder'],
        builders: [
          { id: BUILDER, level: 2 },
          { id: 'https://other.test', level: 3 },
        ],
      },
      attestation(),
      ['isolatedBuilder'],
    ],
    [
      'isolatedBuilder: self-hosted runner',
      isolation,
      { ...attestation(), predicate: selfHosted(), claims: { ...CLAIMS, runnerEnvironment: 'self-hosted' } },
      ['isolatedBuilder'],
    ],
    [
      'nonFalsifiable: the tenant signs',
      { requires: ['nonFalsifiable'], builders: [{ id: CALLER, level: 3 }] },
      tenant(),
      ['nonFalsifiable'],
    ],
  ])('%s', (_what, requirement, item, unmet) => {
    const findings = check(requirement, [item]).findings.filter(({ code }) => code !== 'provenance-mismatch');
    expect(gist(findings)).toEqual(unmet.map((name) => `provenance-requirement-unmet ${name}`));
  });

  it('tells each requirement of a level by itself', () => {
    const item = keyed({
      predicate: { ...predicateV1(), buildDefinition: { buildType: 'https://example.test/shell', externalParameters: {} } },
    });
    expect(gist(check({ level: 2 }, [item]).findings)).toEqual(
      ['scriptedBuild', 'hosted', 'authenticated', 'versionedSource'].map((name) => `provenance-requirement-unmet ${name}`),
    );
  });

  it('says what was expected, what was found, where, in which attestation and by whom', () => {
    const item = { ...attestation(), predicate: selfHosted(), claims: { ...CLAIMS, runnerEnvironment: 'self-hosted' } };
    expect(check({ requires: ['isolatedBuilder'], ...trusted(3) }, [item]).findings).toEqual([
      {
        code: 'provenance-requirement-unmet',
        reference: expect.stringContaining('ghcr.io/acme/sentiment') as string,
        policy: 'models',
        requirement: 'provenance',
        source: item.source,
        signer: item.signer,
        unmet: 'isolatedBuilder',
        expected: expect.stringContaining('fresh machine') as string,
        found: 'a self-hosted runner',
        where: 'certificate (1.3.6.1.4.1.57264.1.11)',
      },
    ]);
  });

  function selfHosted(): Loose {
    const predicate = predicateV1();
    predicate.buildDefinition.internalParameters.github.runner_environment = 'self-hosted';
    return predicate;
  }

  /** The workflow that people start signs for itself. */
  function tenant(): VerifiedAttestation {
    const item = changed((predicate) => (predicate.runDetails.builder.id = CALLER));
    return {
      ...item,
      signer: { kind: 'certificate', issuer: 'https://issuer.test', subject: CALLER },
      claims: { ...CLAIMS, buildSignerUri: CALLER },
    };
  }
});

describe('when the source is told in the way of another build service', () => {
  const buildKit = { configSource: { uri: `${REPOSITORY}.git#refs/heads/main:serving`, digest: { sha1: COMMIT }, path: 'Dockerfile' } };
  const cloudBuild = { buildConfigSource: { repository: `git+${REPOSITORY}`, ref: 'refs/heads/main', path: 'cloudbuild.yaml' } };
  const container = { source: { uri: `git+${REPOSITORY}@refs/heads/main`, digest: { gitCommit: COMMIT } }, configPath: 'build.toml' };
  it.each<[string, object]>([
    ['BuildKit', buildKit],
    ['Cloud Build', cloudBuild],
    ['a container-based builder', container],
  ])('reads repository, ref, commit and definition of %s', (_what, externalParameters) => {
    const item = uncertified((predicate) => (predicate.buildDefinition.externalParameters = externalParameters));
    const requirement = { requires: ['scriptedBuild', 'versionedSource'], sourceRepository: REPOSITORY, sourceRef: 'refs/heads/main' };
    expect(check(requirement, [item]).findings).toEqual([]);
  });
});
