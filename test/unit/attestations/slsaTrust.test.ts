import type { VerifiedAttestation } from '../../../verification/attestations/types';
import { BUILDER, NOW, REPOSITORY, WORKFLOW, attestation, check, gist, predicateV1 } from './slsaSamples';
import type { Loose } from './slsaSamples';

const trusted = (level: number, fields = {}) => ({ builders: [{ id: BUILDER, level, ...fields }] });
const changed = (change: (predicate: Loose) => void): VerifiedAttestation => {
  const predicate = predicateV1();
  change(predicate);
  return attestation({ predicate });
};
/** Signed for the same builder, without anything certified about the build: what the predicate says is all there is. */
const uncertified = (change: (predicate: Loose) => void) => ({ ...changed(change), claims: {} });

describe('when a predicate claims more than its signer may', () => {
  it.each<[string, string, (predicate: Loose) => void]>([
    [
      'another builder',
      'builder',
      (p) => (p.runDetails.builder.id = 'https://github.com/acme/builders/.github/workflows/hardened.yml@refs/tags/v3'),
    ],
    ['a hosted runner as builder', 'builder', (p) => (p.runDetails.builder.id = 'https://github.com/actions/runner/self-hosted')],
    [
      'another repository',
      'sourceRepository',
      (p) => {
        p.buildDefinition.externalParameters.workflow.repository = 'https://github.com/acme/other';
        p.buildDefinition.resolvedDependencies[0].uri = 'git+https://github.com/acme/other@refs/heads/main';
      },
    ],
    ['another ref', 'sourceRef', (p) => (p.buildDefinition.resolvedDependencies[0].uri = `git+${REPOSITORY}@refs/heads/release`)],
    ['another commit', 'commit', (p) => (p.buildDefinition.resolvedDependencies[0].digest.gitCommit = 'f'.repeat(40))],
    ['another workflow', 'workflow', (p) => (p.buildDefinition.externalParameters.workflow.path = '.github/workflows/other.yml')],
    ['another runner', 'runnerEnvironment', (p) => (p.buildDefinition.internalParameters.github.runner_environment = 'self-hosted')],
    ['another trigger', 'trigger', (p) => (p.buildDefinition.internalParameters.github.event_name = 'release')],
    ['another run', 'invocation', (p) => (p.runDetails.metadata.invocationId = `${REPOSITORY}/actions/runs/43/attempts/1`)],
  ])('rejects %s, though nothing of it is asked for', (_what, field, change) => {
    const { findings } = check({ level: 1 }, [changed(change)]);
    expect(gist(findings)).toContain(`provenance-contradiction ${field}`);
    expect(findings.every(({ code }) => code === 'provenance-contradiction')).toBe(true);
  });

  it('holds the certificate for true: the claimed builder gains nothing', () => {
    const claimed = 'https://github.com/acme/builders/.github/workflows/hardened.yml@refs/tags/v3';
    const item = changed((predicate) => (predicate.runDetails.builder.id = claimed));
    const requirement = { requires: ['isolatedBuilder'], builders: [{ id: claimed, level: 3 }] };
    expect(gist(check(requirement, [item]).findings)).toEqual([
      'provenance-contradiction builder',
      'provenance-requirement-unmet isolatedBuilder',
      'provenance-mismatch builders',
    ]);
  });

  it.each<[string, Partial<VerifiedAttestation>]>([
    ['a person', { signer: { kind: 'certificate', issuer: 'https://accounts.google.com', subject: 'alice@acme.test' }, claims: {} }],
    ['a key that another authority holds', { signer: { kind: 'key', fingerprint: 'sha256:00' }, authority: 'other-key', claims: {} }],
  ])('rejects a builder that %s only claims', (_who, fields) => {
    const requirement = { level: 2, ...trusted(3, { authorities: ['build-key'] }) };
    expect(gist(check(requirement, [attestation(fields)]).findings)).toEqual([
      'provenance-requirement-unmet hosted',
      'provenance-requirement-unmet authenticated',
      'provenance-mismatch builders',
    ]);
  });

  it('accepts a builder id of the older form that the certificate supports', () => {
    const item = changed((predicate) => (predicate.runDetails.builder.id = 'https://github.com/actions/runner/github-hosted'));
    expect(check({ level: 2, ...trusted(2) }, [item]).findings).toEqual([]);
  });

  it('reads the source from the certificate although the predicate is silent', () => {
    const item = changed((predicate) => (predicate.buildDefinition = { buildType: 'https://example.test/make', externalParameters: {} }));
    expect(
      check({ level: 2, sourceRepository: REPOSITORY, sourceRef: 'refs/heads/main', workflow: WORKFLOW, triggers: ['push'] }, [item])
        .findings,
    ).toEqual([]);
  });
});

describe('when time matters', () => {
  const built = (finishedOn: string) => changed((predicate) => (predicate.runDetails.metadata.finishedOn = finishedOn));

  it.each<[string, VerifiedAttestation, Date?]>([
    ['an old signature', attestation({ signedAt: '2026-11-15T11:59:00.000Z' })],
    ['an old build that was signed again', built('2026-11-01T00:00:00Z')],
    ['no time at all', timeless()],
    ['a signature of the future', attestation({ signedAt: '2026-11-23T12:06:00.000Z' })],
    ['policy time before the signature', attestation(), new Date('2026-11-20T00:00:00Z')],
  ])('rejects %s', (_what, item, now = NOW) => {
    expect(gist(check({ maxAge: '7d' }, [item], { now }).findings)).toEqual(['provenance-not-fresh']);
  });

  it('accepts an age of exactly the limit, and a clock five minutes ahead', () => {
    expect(check({ maxAge: '1d' }, [attestation()]).findings).toEqual([]);
    expect(check({ maxAge: '1d' }, [attestation({ signedAt: '2026-11-23T12:05:00.000Z' })]).findings).toEqual([]);
  });

  it.each([
    ['20h', []],
    ['30h', ['attestation-ageing']],
    ['48h', []],
  ])('warns from 70 %% of the age on: a build of a day ago under %s', (maxAge, codes) => {
    const { findings, warnings } = check({ maxAge }, [attestation({ signedAt: '2026-11-22T12:00:00.000Z' })]);
    expect(findings.length).toBe(maxAge === '20h' ? 1 : 0);
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    if (maxAge === '30h') expect(warnings).toMatchObject([{ what: 'build', age: '1 day', maxAge, until: '2026-11-23T18:00:00.000Z' }]);
  });

  it('warns of an old build that was signed again', () => {
    expect(check({ maxAge: '10d' }, [built('2026-11-15T12:00:00Z')]).warnings).toMatchObject([
      { code: 'attestation-ageing', age: '8 days' },
    ]);
  });

  it('rejects the future although no age is asked for', () => {
    expect(gist(check({ level: 1 }, [attestation({ signedAt: '2999-01-01T00:00:00.000Z' })]).findings)).toEqual(['provenance-not-fresh']);
  });

  it('rejects a build that ended after its provenance was signed', () => {
    expect(gist(check({ level: 1 }, [built('2026-11-22T12:06:00Z')]).findings)).toEqual(['provenance-contradiction time of the build']);
  });

  function timeless(): VerifiedAttestation {
    const item: Loose = attestation();
    delete item.signedAt;
    return item as VerifiedAttestation;
  }
});

describe('when there are several attestations', () => {
  it('accepts if any single one meets everything, and names that one', () => {
    const other = changed((predicate) => (predicate.runDetails.builder.id = 'https://evil.test'));
    const good = attestation({ source: 'sha256:good' });
    expect(check({ level: 2, ...trusted(2) }, [other, good]).used).toEqual([good]);
  });

  it('does not add two halves up', () => {
    const otherRef = {
      ...uncertified((p) => (p.buildDefinition.resolvedDependencies[0].uri = `git+${REPOSITORY}@refs/heads/x`)),
      source: 'sha256:a',
    };
    const otherTrigger = {
      ...uncertified((p) => (p.buildDefinition.internalParameters.github.event_name = 'release')),
      source: 'sha256:b',
    };
    expect(gist(check({ sourceRef: 'refs/heads/main', triggers: ['push'] }, [otherRef, otherTrigger]).findings)).toHaveLength(1);
  });

  it('explains the one that misses least', () => {
    const far = { ...uncertified((p) => (p.buildDefinition = { buildType: 'x:y', externalParameters: {} })), source: 'sha256:far' };
    const near = { ...attestation(), source: 'sha256:near' };
    const broken = attestation({ predicate: {}, source: 'sha256:broken' });
    const forged = { ...changed((p) => (p.runDetails.builder.id = 'https://evil.test')), source: 'sha256:forged' };
    const { findings } = check({ level: 2, triggers: ['release'] }, [broken, forged, far, near]);
    expect(findings).toMatchObject([{ code: 'provenance-mismatch', field: 'triggers', source: 'sha256:near' }]);
  });
});
