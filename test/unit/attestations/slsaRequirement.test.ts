import { namedRequirements, slsaProvenanceSchema } from '../../../verification/trust-policy/requirements/slsaProvenance';
import { goodDocument, problemsOf } from '../trust-policy/policyText';
import { BUILDER } from './slsaSamples';

const builders = [{ id: BUILDER, level: 3 }];
const sourceReview = { verifier: 'https://review.test', authority: 'reviewer' };

/** Problems of a whole policy with this requirement, as its author sees them. */
const problems = (slsaProvenance: object) => {
  const document = goodDocument();
  document.policies[0].attestations = [{ name: 'provenance', slsaProvenance }];
  return problemsOf(JSON.stringify(document)).map(
    ({ path, message }) => `${path.replace('policies[0].attestations[0].slsaProvenance', '~')}: ${message}`,
  );
};

describe('when a policy asks for a level', () => {
  it.each<[object, readonly string[]]>([
    [{ level: 1 }, ['scriptedBuild', 'provenanceExists']],
    [{ level: 2 }, ['scriptedBuild', 'provenanceExists', 'hosted', 'authenticated', 'versionedSource']],
    [
      { level: 3, builders, sourceReview },
      [
        'scriptedBuild',
        'provenanceExists',
        'hosted',
        'authenticated',
        'versionedSource',
        'isolatedBuilder',
        'nonFalsifiable',
        'twoPersonReview',
      ],
    ],
    [{ requires: ['hosted', 'scriptedBuild'] }, ['scriptedBuild', 'hosted']],
    [{ level: 1, requires: ['hosted'] }, ['scriptedBuild', 'provenanceExists', 'hosted']],
    [{ sourceReview }, ['twoPersonReview']],
    [{ buildTypes: ['https://example.test/make'] }, []],
  ])('%j stands for its named requirements', (requirement, names) => {
    expect(namedRequirements(slsaProvenanceSchema.parse(requirement))).toEqual(names);
  });
});

describe('when a requirement says nothing or cannot be met', () => {
  it.each<[string, object, RegExp]>([
    ['nothing', {}, /^~: expected at least one rule/],
    ['level 0', { level: 0 }, /^~\.level: /],
    ['level 4', { level: 4 }, /^~\.level: /],
    ['a level as text', { level: '2' }, /^~\.level: /],
    ['an unknown name', { requires: ['reproducible'] }, /^~\.requires\[0\]: /],
    ['no names', { requires: [] }, /^~\.requires: expected at least one entry/],
    ['level 3 without a verifier of the review', { level: 3, builders }, /^~\.sourceReview: is missing/],
    ['review without a verifier', { requires: ['twoPersonReview'] }, /^~\.sourceReview: is missing/],
    ['isolation without a builder', { requires: ['isolatedBuilder'] }, /^~\.builders: expected a builder of level 3/],
    [
      'isolation with builders of level 2',
      { requires: ['nonFalsifiable'], builders: [{ id: BUILDER, level: 2 }] },
      /^~\.builders: expected a builder of level 3/,
    ],
    ['a builder without level', { builders: [{ id: BUILDER }] }, /^~\.builders\[0\]\.level: /],
    ['a builder twice', { builders: [...builders, { id: BUILDER, level: 1 }] }, /^~\.builders: expected each builder once/],
    ['no builders', { builders: [] }, /^~\.builders: expected at least one entry/],
    ['an empty repository', { sourceRepository: '' }, /^~\.sourceRepository: expected text/],
    ['a line break in a ref', { sourceRef: 'refs/heads/main\n' }, /^~\.sourceRef: expected one line/],
    ['ref and pattern', { sourceRef: 'a', sourceRefRegExp: 'a' }, /^~\.sourceRef: expected either/],
    ['a pattern that does not compile', { sourceRefRegExp: '(' }, /^~\.sourceRefRegExp: expected a regular expression/],
    ['a pattern for every ref', { sourceRefRegExp: '.*' }, /^~\.sourceRefRegExp: /],
    ['a self-hosted runner', { runnerEnvironment: 'self-hosted' }, /^~\.runnerEnvironment: /],
    ['an age that is none', { maxAge: '1 week' }, /^~\.maxAge: /],
    ['an unknown field', { level: 1, builder: BUILDER }, /^~\.builder: unknown key/],
  ])('refuses %s', (_what, requirement, problem) => {
    expect(problems(requirement)).toEqual([expect.stringMatching(problem)]);
  });
});
