import { V02, attestation, check, predicateV02, predicateV1 } from './slsaSamples';
import type { Loose } from './slsaSamples';

const problems = (predicate: unknown, predicateType?: string) =>
  check({ level: 1 }, [attestation({ predicate, claims: {}, ...(predicateType !== undefined && { predicateType }) })]).findings;

const broken = (change: (predicate: Loose) => void, sample = predicateV1): Loose => {
  const predicate = sample();
  change(predicate);
  return predicate;
};

describe('when a provenance v1 predicate is not what its type promises', () => {
  it.each<[string, Loose, string]>([
    ['null', null, ''],
    ['a list', [predicateV1()], ''],
    ['a text', 'provenance', ''],
    ['empty', {}, 'buildDefinition.externalParameters'],
    ['a build definition that is text', broken((p) => (p.buildDefinition = 'make')), 'buildDefinition'],
    [
      'external parameters that are a list',
      broken((p) => (p.buildDefinition.externalParameters = [])),
      'buildDefinition.externalParameters',
    ],
    ['no build type', broken((p) => delete p.buildDefinition.buildType), 'buildDefinition.buildType'],
    ['an empty build type', broken((p) => (p.buildDefinition.buildType = '')), 'buildDefinition.buildType'],
    ['no builder', broken((p) => delete p.runDetails.builder), 'runDetails.builder.id'],
    ['a number as builder id', broken((p) => (p.runDetails.builder.id = 7)), 'runDetails.builder.id'],
    ['run details of null', broken((p) => (p.runDetails = null)), 'runDetails.builder.id'],
    ['a line break in the builder id', broken((p) => (p.runDetails.builder.id = 'https://builder.test\n')), 'runDetails.builder.id'],
    ['a huge builder id', broken((p) => (p.runDetails.builder.id = 'x'.repeat(1_000_000))), 'runDetails.builder.id'],
    [
      'a list as workflow path',
      broken((p) => (p.buildDefinition.externalParameters.workflow.path = ['a'])),
      'buildDefinition.externalParameters.workflow.path',
    ],
    [
      'a text as workflow',
      broken((p) => (p.buildDefinition.externalParameters.workflow = 'release.yml')),
      'buildDefinition.externalParameters.workflow',
    ],
    ['dependencies that are no list', broken((p) => (p.buildDefinition.resolvedDependencies = {})), 'buildDefinition.resolvedDependencies'],
    [
      'ten thousand dependencies and one',
      broken((p) => (p.buildDefinition.resolvedDependencies = Array.from({ length: 10_001 }, () => ({})))),
      'buildDefinition.resolvedDependencies',
    ],
    [
      'a dependency with a number as uri',
      broken((p) => (p.buildDefinition.resolvedDependencies[0].uri = 1)),
      'buildDefinition.resolvedDependencies[0].uri',
    ],
    [
      'a digest that is no text',
      broken((p) => (p.buildDefinition.resolvedDependencies[0].digest.gitCommit = {})),
      'buildDefinition.resolvedDependencies[0].digest.gitCommit',
    ],
    ['a time without zone', broken((p) => (p.runDetails.metadata.finishedOn = '2026-11-22T12:00:00')), 'runDetails.metadata.finishedOn'],
    [
      'a day that does not exist',
      broken((p) => (p.runDetails.metadata.startedOn = '2026-13-40T12:00:00Z')),
      'runDetails.metadata.startedOn',
    ],
    ['a number as time', broken((p) => (p.runDetails.metadata.finishedOn = 0)), 'runDetails.metadata.finishedOn'],
    [
      'an object as trigger',
      broken((p) => (p.buildDefinition.internalParameters.github.event_name = {})),
      'buildDefinition.internalParameters.github.event_name',
    ],
  ])('names the field of %s', (_what, predicate, path) => {
    expect(problems(predicate)).toMatchObject([{ code: 'predicate-malformed', path }]);
  });

  it('takes nothing from __proto__, in the own property that JSON makes of it', () => {
    const text = JSON.stringify(predicateV1()).replace('"runDetails"', '"__proto__"');
    expect(problems(JSON.parse(text))).toMatchObject([{ code: 'predicate-malformed', path: 'runDetails.builder.id' }]);
    expect(problems(Object.create(predicateV1()) as unknown)).toMatchObject([{ code: 'predicate-malformed' }]);
  });

  it('shows a wrong value shortened', () => {
    const [finding] = problems(broken((p) => (p.runDetails.metadata.finishedOn = 'x'.repeat(2_000))));
    expect(JSON.stringify(finding).length).toBeLessThan(1_000);
  });

  it('ignores fields that it does not know', () => {
    expect(problems(broken((p) => (p.buildDefinition['https://example.test/more'] = { a: [1] })))).toEqual([]);
  });
});

describe('when a provenance v0.2 predicate is not what its type promises', () => {
  it.each<[string, Loose, string]>([
    ['v1 under the name of v0.2', predicateV1(), 'builder.id'],
    ['no builder', broken((p) => delete p.builder, predicateV02), 'builder.id'],
    ['no build type', broken((p) => delete p.buildType, predicateV02), 'buildType'],
    ['an invocation that is text', broken((p) => (p.invocation = 'make'), predicateV02), 'invocation'],
    ['materials that are no list', broken((p) => (p.materials = 'git'), predicateV02), 'materials'],
    ['a time that is none', broken((p) => (p.metadata.buildFinishedOn = 'yesterday'), predicateV02), 'metadata.buildFinishedOn'],
  ])('names the field of %s', (_what, predicate, path) => {
    expect(problems(predicate, V02)).toMatchObject([{ code: 'predicate-malformed', path }]);
  });
});
