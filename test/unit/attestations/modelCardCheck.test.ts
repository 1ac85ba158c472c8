import type { VerifiedAttestation } from '../../../verification/attestations/types';
import { modelCardCheck } from '../../../verification/checks/attestations/model/modelCardCheck';
import { modelCardSchema } from '../../../verification/trust-policy/requirements/modelCard';
import {
  COMMIT,
  FIXTURE,
  asPredicate,
  asYaml,
  attestation,
  byKey,
  context,
  goodCard,
  inData,
  older,
  told,
  untimed,
} from './modelCardAttestations';
import type { Loose } from './modelCardAttestations';

const check = (
  requirement: object,
  attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]],
  all: readonly VerifiedAttestation[] = [],
) => modelCardCheck.check(modelCardSchema.parse(requirement), attestations, context(all));

const broken = (change: (card: Loose) => unknown): Loose => {
  const card = goodCard();
  change(card);
  return card;
};

const EVERYTHING = {
  licenses: ['MIT', 'Apache-2.0'],
  requireDataHash: true,
  metrics: { accuracy: { min: 0.9 }, f1_score: { min: 0.9, max: 1 } },
  maxReviewAge: '1100d',
  requireLimitations: true,
};

describe('when a card is complete', () => {
  it('holds, and the card is what the answer rests on', () => {
    const card = asYaml(goodCard());
    expect(check(EVERYTHING, [card])).toEqual({ findings: [], warnings: [], used: [card] });
    expect(check({}, [asPredicate({ model_details: { name: 'a', version: '1' } })]).findings).toEqual([]);
  });
});

describe('when the review of a card will soon be too old', () => {
  const warnings = (reviewed: string, maxReviewAge = '10d') =>
    check({ maxReviewAge }, [asYaml(broken((card) => (card.security.last_security_review = reviewed)))]).warnings;

  it('warns from 70 % of the age on', () => {
    expect(warnings('2026-11-18')).toEqual([]);
    expect(warnings('2026-11-15')).toMatchObject([{ code: 'attestation-ageing', what: 'security review', maxAge: '10d' }]);
  });

  it('leaves it to the finding once it is too old', () => {
    expect(warnings('2026-11-01')).toEqual([]);
  });
});

describe('when a key signed a card again after each review', () => {
  const reviewed = (date: string, change: (card: Loose) => unknown = () => 0): VerifiedAttestation =>
    byKey(asYaml(broken((card) => (change(card), (card.security.last_security_review = date)))));
  const rules = { maxReviewAge: '10d', licenses: ['MIT', 'Apache-2.0'] };

  it('asks for one recent review among them, and warns only when none is new', () => {
    const cards = [reviewed('2026-11-18'), older(reviewed('2026-11-15')), older(reviewed('2026-10-01'))] as const;
    expect(check(rules, cards)).toMatchObject({ findings: [], warnings: [], used: cards });
    expect(check(rules, [cards[1], cards[2]]).warnings).toMatchObject([{ code: 'attestation-ageing' }]);
  });

  it('still has every other field hold in each of them', () => {
    const other = reviewed('2026-10-01', (card) => (card.model_details.license = 'GPL-3.0-only'));
    expect(check(rules, [reviewed('2026-11-18'), other]).findings.map(({ code }) => code)).toEqual(['model-license-not-allowed']);
  });

  it('has the age count where all of them are too old, and always with a certificate', () => {
    const codes = (...cards: readonly [VerifiedAttestation, ...VerifiedAttestation[]]) =>
      check(rules, cards).findings.map(({ code }) => code);
    expect(codes(reviewed('2026-10-02'), reviewed('2026-10-01'))).toEqual(['model-review-outdated', 'model-review-outdated']);
    const certified = asYaml(broken((card) => (card.security.last_security_review = '2026-10-01')));
    expect(codes(reviewed('2026-11-18'), certified)).toEqual(['model-review-outdated']);
  });
});

describe('when the card of the source document is held against a strict policy', () => {
  it('has exactly its two placeholders against it', () => {
    const result = check(EVERYTHING, [inData(FIXTURE)]);
    expect(told(result)).toEqual([
      'model-card-placeholder provenance.training_data.hash',
      'model-card-placeholder performance.evaluation_hash',
    ]);
    expect(result.used).toEqual([]);
  });
});

describe('when a card does not say what the policy wants', () => {
  it.each<[string, object, (card: Loose) => unknown, readonly string[]]>([
    ['another license', { licenses: ['MIT'] }, () => 0, ['model-license-not-allowed']],
    ['a license that contains an allowed one', { licenses: ['Apache-2'] }, () => 0, ['model-license-not-allowed']],
    ['an expression', { licenses: ['MIT'] }, (c) => (c.model_details.license = 'MIT OR Proprietary'), ['model-license-not-allowed']],
    ['an allowed license in other case', { licenses: ['apache-2.0'] }, () => 0, []],
    ['no license', { licenses: ['MIT'] }, (c) => delete c.model_details.license, ['model-card-incomplete model_details.license']],
    [
      'no data hash',
      { requireDataHash: true },
      (c) => delete c.provenance.training_data.hash,
      ['model-card-incomplete provenance.training_data.hash'],
    ],
    ['no provenance', { requireDataHash: true }, (c) => delete c.provenance, ['model-card-incomplete provenance.training_data.hash']],
    ['a low metric', { metrics: { accuracy: { min: 0.95 } } }, () => 0, ['model-metric-out-of-range']],
    ['a high metric', { metrics: { accuracy: { max: 0.9 } } }, () => 0, ['model-metric-out-of-range']],
    ['a metric on the bound', { metrics: { accuracy: { min: 0.94, max: 0.94 } } }, () => 0, []],
    ['a missing metric', { metrics: { bleu: { min: 0 } } }, () => 0, ['model-metric-out-of-range']],
    ['no performance', { metrics: { accuracy: { min: 0 } } }, (c) => delete c.performance, ['model-metric-out-of-range']],
    ['a nested metric', { metrics: { 'de.f1': { min: 0.5 } } }, (c) => (c.performance.de = { f1: 0.4 }), ['model-metric-out-of-range']],
    ['a good nested metric', { metrics: { 'de.f1': { min: 0.5 } } }, (c) => (c.performance.de = { f1: 0.5 }), []],
    [
      'a text for a metric',
      { metrics: { bleu: { min: 0 } } },
      (c) => (c.performance.bleu = '31'),
      ['predicate-malformed performance.bleu'],
    ],
    ['a metric of every object', { metrics: { 'constructor.length': { min: 0 } } }, () => 0, ['model-metric-out-of-range']],
    [
      'the length of a list',
      { metrics: { 'runs.length': { min: 1 } } },
      (c) => (c.performance.runs = [1, 2]),
      ['model-metric-out-of-range'],
    ],
    ['an old review', { maxReviewAge: '30d' }, () => 0, ['model-review-outdated']],
    ['no review', { maxReviewAge: '30d' }, (c) => delete c.security, ['model-card-incomplete security.last_security_review']],
    ['a review at the bound', { maxReviewAge: '36h' }, (c) => (c.security.last_security_review = '2026-11-22'), []],
    [
      'a review just beyond it',
      { maxReviewAge: '35h' },
      (c) => (c.security.last_security_review = '2026-11-22'),
      ['model-review-outdated'],
    ],
    ['a review today in Tokyo', { maxReviewAge: '1d' }, (c) => (c.security.last_security_review = '2026-11-24'), []],
    [
      'a review in the future',
      { maxReviewAge: '1d' },
      (c) => (c.security.last_security_review = '2026-11-26'),
      ['predicate-malformed security.last_security_review'],
    ],
    [
      'a build in the future',
      {},
      (c) => (c.provenance.build_timestamp = '2026-11-23T13:00:00Z'),
      ['predicate-malformed provenance.build_timestamp'],
    ],
    [
      'no limitations',
      { requireLimitations: true },
      (c) => delete c.security.known_limitations,
      ['model-card-incomplete security.known_limitations'],
    ],
    [
      'an empty list of them',
      { requireLimitations: true },
      (c) => (c.security.known_limitations = []),
      ['model-card-incomplete security.known_limitations'],
    ],
  ])('says so: %s', (_name, requirement, change, expected) => {
    expect(told(check(requirement, [asYaml(broken(change))]))).toEqual(expected);
  });

  it('tells everything at once', () => {
    const bare = asYaml({ model_details: { name: 'a', version: '1', license: 'x' } });
    expect(told(check(EVERYTHING, [bare]))).toEqual([
      'model-license-not-allowed',
      'model-card-incomplete provenance.training_data.hash',
      'model-card-incomplete security.known_limitations',
      'model-metric-out-of-range',
      'model-metric-out-of-range',
      'model-card-incomplete security.last_security_review',
    ]);
  });

  it('never believes a card that it was scanned: the claim changes nothing', () => {
    for (const claim of ['clean', 'dirty'])
      expect(check({}, [asYaml(broken((c) => (c.security.vulnerability_scan = claim)))]).findings).toEqual([]);
  });
});

describe('when there are several custom attestations', () => {
  const [good, bad] = [asYaml(goodCard()), asYaml(broken((c) => (c.model_details.version = 2)))];

  it('lets the newest card decide, in either direction', () => {
    expect(check({}, [good, older(bad)])).toMatchObject({ findings: [], used: [good] });
    expect(told(check({}, [bad, older(good)]))).toEqual(['predicate-malformed model_details.version']);
  });

  it('lets all cards of a key decide: an old one can be timestamped again', () => {
    expect(told(check({}, [byKey(good), older(byKey(bad))]))).toEqual(['predicate-malformed model_details.version']);
    expect(told(check({}, [byKey(bad), older(byKey(good))]))).toEqual(['predicate-malformed model_details.version']);
    expect(check({}, [byKey(good), older(byKey(good))]).findings).toEqual([]);
  });

  it('passes over those about something else', () => {
    expect(check({}, [inData('scanner: grype'), good])).toMatchObject({ findings: [], used: [good] });
  });

  it('does not pass over a newer one that cannot be read: it may be the card', () => {
    expect(told(check({}, [inData('{model_details: ['), older(good)]))).toEqual(['predicate-malformed Data']);
  });

  it('says so if none is a card', () => {
    expect(told(check({}, [inData('scanner: grype')]))).toEqual(['predicate-malformed Data']);
  });

  it('wants a card of unknown age to hold as well: it may be newer', () => {
    expect(told(check({}, [good, untimed(bad)]))).toEqual(['predicate-malformed model_details.version']);
    expect(check({}, [good, untimed(good)]).findings).toEqual([]);
  });
});

const RUN = 'https://github.com/acme/ml-models/actions/runs/12345/attempts/1';
const V1 = {
  buildDefinition: {
    resolvedDependencies: [{ uri: 'git+https://github.com/acme/ml-models@refs/heads/main', digest: { gitCommit: COMMIT } }],
  },
  runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' }, metadata: { invocationId: RUN } },
};
const V02 = {
  builder: {
    id: 'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.0.0',
  },
  invocation: { configSource: { uri: 'git+https://github.com/acme/ml-models@refs/heads/main', digest: { sha1: COMMIT } } },
  metadata: { buildInvocationId: '12345-1' },
};

describe('when a card is compared with provenance', () => {
  const slsa = (change: (predicate: Loose) => unknown = () => 0) => {
    const predicate = structuredClone(V1) as Loose;
    change(predicate);
    return attestation('https://slsa.dev/provenance/v1', predicate);
  };
  const v02 = (change: (predicate: Loose) => unknown = () => 0) => {
    const predicate = structuredClone(V02) as Loose;
    change(predicate);
    return attestation('https://slsa.dev/provenance/v0.2', predicate);
  };
  const [COMMIT_DIFFERS, BUILD_DIFFERS, BUILDER_DIFFERS] = ['commit_sha', 'build_id', 'build_environment.builder'].map(
    (name) => `model-card-inconsistent provenance.${name}`,
  ) as [string, string, string];

  it.each<[string, readonly VerifiedAttestation[], (card: Loose) => unknown, readonly string[]]>([
    ['v1', [slsa()], () => 0, []],
    ['v0.2', [v02()], () => 0, []],
    ['one of two', [slsa((p) => (p.runDetails.builder.id = 'https://evil.test/')), slsa()], () => 0, []],
    ['the run as a whole', [slsa()], (c) => (c.provenance.build_id = RUN), []],
    ['the builder id as a whole', [slsa()], (c) => (c.provenance.build_environment.builder = V1.runDetails.builder.id), []],
    ['provenance without a run', [slsa((p) => delete p.runDetails.metadata)], () => 0, []],
    ['no provenance', [], () => 0, ['model-card-uncompared']],
    ['only another type', [attestation('https://cyclonedx.org/bom', V1)], () => 0, ['model-card-uncompared']],
    ['another commit', [slsa()], (c) => (c.provenance.commit_sha = COMMIT.replace('a', 'b')), [COMMIT_DIFFERS]],
    ['a shortened commit', [slsa()], (c) => (c.provenance.commit_sha = COMMIT.slice(0, 12)), [COMMIT_DIFFERS]],
    ['no commit', [slsa()], (c) => delete c.provenance.commit_sha, [COMMIT_DIFFERS]],
    ['another run', [slsa()], (c) => (c.provenance.build_id = 'gh-actions-12346'), [BUILD_DIFFERS]],
    ['the attempt for the run', [slsa()], (c) => (c.provenance.build_id = 'gh-actions-1'), [BUILD_DIFFERS]],
    ['no run', [slsa()], (c) => delete c.provenance.build_id, [BUILD_DIFFERS]],
    ['another builder', [slsa()], (c) => (c.provenance.build_environment.builder = 'gitlab-ci'), [BUILDER_DIFFERS]],
    ['a look-alike builder', [slsa((p) => (p.runDetails.builder.id = 'https://github.com.evil.test/'))], () => 0, [BUILDER_DIFFERS]],
    ['a name of every object', [slsa()], (c) => (c.provenance.build_environment.builder = 'constructor'), [BUILDER_DIFFERS]],
    ['no builder', [slsa()], (c) => delete c.provenance.build_environment, [BUILDER_DIFFERS]],
    ['no provenance in the card', [slsa()], (c) => delete c.provenance, [COMMIT_DIFFERS, BUILD_DIFFERS, BUILDER_DIFFERS]],
    ['empty provenance', [attestation('https://slsa.dev/provenance/v1', {})], () => 0, [COMMIT_DIFFERS, BUILDER_DIFFERS]],
    ['provenance that is no object', [attestation('https://slsa.dev/provenance/v1', 'x')], () => 0, [COMMIT_DIFFERS, BUILDER_DIFFERS]],
    [
      'the SHA-1 of a file for a commit',
      [v02((p) => (p.invocation.configSource = { uri: 'https://evil.test/f', digest: { sha1: COMMIT } }))],
      () => 0,
      [COMMIT_DIFFERS],
    ],
    [
      'halves of two provenances',
      [slsa((p) => (p.runDetails.builder.id = 'https://evil.test/')), slsa((p) => (p.buildDefinition.resolvedDependencies = []))],
      () => 0,
      [BUILDER_DIFFERS],
    ],
  ])('gives the right answer: %s', (_name, all, change, expected) => {
    expect(told(check({ consistentWithProvenance: true }, [asYaml(broken(change))], all))).toEqual(expected);
  });
});

describe('when the requirement is written', () => {
  it.each<[string, object]>([
    ['an unknown key', { license: ['MIT'] }],
    ['an empty list of licenses', { licenses: [] }],
    ['a license with a space', { licenses: ['Apache 2.0'] }],
    ['no metrics', { metrics: {} }],
    ['a metric without bounds', { metrics: { accuracy: {} } }],
    ['bounds the wrong way round', { metrics: { accuracy: { min: 1, max: 0 } } }],
    ['an unknown bound', { metrics: { accuracy: { minimum: 1 } } }],
    ['an empty name of a metric', { metrics: { '': { min: 1 } } }],
    ['an empty part of a path', { metrics: { 'a..b': { min: 1 } } }],
    ['an age without unit', { maxReviewAge: '90' }],
  ])('is refused: %s', (_name, requirement) => {
    expect(modelCardSchema.safeParse(requirement).success).toBe(false);
  });
});
