import { EVALUATION_PREDICATE_TYPE, TEST_RESULT_PREDICATE_TYPE } from '../../../verification/attestations/model/evaluation';
import type { VerifiedAttestation } from '../../../verification/attestations/types';
import { evaluationCheck } from '../../../verification/checks/attestations/model/evaluationCheck';
import { evaluationSchema } from '../../../verification/trust-policy/requirements/evaluation';
import { attestation, byKey, context, older, told, untimed } from './modelCardAttestations';
import type { Loose } from './modelCardAttestations';

const HASH = '0123456789abcdef'.repeat(4);
const DATASET = 's3://acme-datasets/sentiment-eval-v3/';

const OURS = {
  result: 'PASSED',
  evaluatedAt: '2026-11-20T11:00:00Z',
  dataset: { uri: DATASET, digest: { sha256: HASH } },
  metrics: { accuracy: 0.94, per_language: { de: { f1: 0.9 } } },
};
const TEST_RESULT = {
  result: 'PASSED',
  configuration: [
    { name: '.github/workflows/eval.yml', digest: { gitBlob: 'ab' } },
    { uri: DATASET, digest: { sha256: HASH } },
  ],
  passedTests: ['toxicity'],
  failedTests: [],
};

type Change = (predicate: Loose) => unknown;
const made = (predicateType: string, from: object, change: Change, fields?: Partial<VerifiedAttestation>) => {
  const predicate = structuredClone(from) as Loose;
  change(predicate);
  return attestation(predicateType, predicate, fields);
};
const ours = (change: Change = () => 0, fields?: Partial<VerifiedAttestation>) => made(EVALUATION_PREDICATE_TYPE, OURS, change, fields);
const testResult = (change: Change = () => 0, fields?: Partial<VerifiedAttestation>) =>
  made(TEST_RESULT_PREDICATE_TYPE, TEST_RESULT, change, fields);

const check = (requirement: object, ...attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]]) =>
  evaluationCheck.check(evaluationSchema.parse(requirement), attestations, context());

const WITHOUT_METRICS = { dataset: DATASET, datasetHash: `sha256:${HASH}`, maxAge: '7d' };
const EVERYTHING = { ...WITHOUT_METRICS, metrics: { accuracy: { min: 0.9 }, 'per_language.de.f1': { min: 0.9 } } };

describe('when a model passed its evaluation', () => {
  it('holds with our predicate, and the evaluation is what the answer rests on', () => {
    const evaluation = ours();
    expect(check(EVERYTHING, evaluation)).toEqual({ findings: [], warnings: [], used: [evaluation] });
  });

  it('holds with a test result, which names its data in the configuration', () => {
    expect(check(WITHOUT_METRICS, testResult()).findings).toEqual([]);
  });

  it('asks for our predicate only where metrics are asked for: a test result has none', () => {
    expect(evaluationCheck.predicateTypes(evaluationSchema.parse(EVERYTHING))).toEqual([EVALUATION_PREDICATE_TYPE]);
    expect(evaluationCheck.predicateTypes(evaluationSchema.parse({}))).toEqual([TEST_RESULT_PREDICATE_TYPE, EVALUATION_PREDICATE_TYPE]);
  });
});

describe('when an evaluation does not hold', () => {
  it.each<[string, object, VerifiedAttestation, readonly string[]]>([
    ['failed', {}, ours((p) => (p.result = 'FAILED')), ['evaluation-not-passed']],
    ['passed with warnings', {}, testResult((p) => (p.result = 'WARNED')), ['evaluation-not-passed']],
    ['passed with failed tests', {}, testResult((p) => (p.failedTests = ['bias'])), ['evaluation-not-passed']],
    ['another word', {}, testResult((p) => (p.result = 'passed')), ['predicate-malformed result']],
    ['no result', {}, ours((p) => delete p.result), ['predicate-malformed result']],
    ['no configuration', {}, testResult((p) => delete p.configuration), ['predicate-malformed configuration']],
    ['no metrics', {}, ours((p) => delete p.metrics), ['predicate-malformed metrics']],
    ['a list of metrics', {}, ours((p) => (p.metrics = [0.9])), ['predicate-malformed metrics']],
    [
      'several problems',
      {},
      ours((p) => Object.assign(p, { result: 1, metrics: 2 })),
      ['predicate-malformed result', 'predicate-malformed metrics'],
    ],
    ['a low metric', { metrics: { accuracy: { min: 0.95 } } }, ours(), ['model-metric-out-of-range']],
    ['a missing metric', { metrics: { bleu: { min: 1 } } }, ours(), ['model-metric-out-of-range']],
    [
      'a text for a metric',
      { metrics: { accuracy: { min: 0 } } },
      ours((p) => (p.metrics.accuracy = '1')),
      ['predicate-malformed metrics.accuracy'],
    ],
    ['a mapping for a metric', { metrics: { per_language: { min: 0 } } }, ours(), ['predicate-malformed metrics.per_language']],
    ['a metric through __proto__', { metrics: { '__proto__.accuracy': { min: 0 } } }, ours(), ['model-metric-out-of-range']],
    ['other data', { dataset: 's3://acme-datasets/sentiment-eval-v2/' }, ours(), ['evaluation-dataset-mismatch']],
    ['data that only begins alike', { dataset: DATASET.slice(0, -1) }, ours(), ['evaluation-dataset-mismatch']],
    ['another hash', { datasetHash: `sha256:${HASH.replace('0', '1')}` }, ours(), ['evaluation-dataset-mismatch']],
    ['no data', { dataset: DATASET }, ours((p) => delete p.dataset), ['evaluation-dataset-mismatch']],
    ['data without hash', { datasetHash: `sha256:${HASH}` }, ours((p) => delete p.dataset.digest), ['evaluation-dataset-mismatch']],
    [
      'the name and the hash of two resources',
      { dataset: DATASET, datasetHash: `sha256:${HASH}` },
      testResult(
        (p) =>
          (p.configuration = [
            { uri: DATASET, digest: { sha256: 'ff' } },
            { uri: 'other', digest: { sha256: HASH } },
          ]),
      ),
      ['evaluation-dataset-mismatch'],
    ],
    ['an old evaluation', { maxAge: '3d' }, ours(), ['evaluation-outdated']],
    ['an old evaluation, signed anew', { maxAge: '3d' }, ours(() => 0, { signedAt: '2026-11-23T11:00:00Z' }), ['evaluation-outdated']],
    ['an old test result', { maxAge: '1d' }, testResult(), ['evaluation-outdated']],
    ['a test result of unknown age', { maxAge: '900d' }, untimed(testResult()), ['evaluation-outdated']],
    ['a time in the future', {}, untimed(ours((p) => (p.evaluatedAt = '2026-11-24T12:00:00Z'))), ['predicate-malformed evaluatedAt']],
    ['a time after the signature', {}, ours((p) => (p.evaluatedAt = '2026-11-21T12:00:00Z')), ['predicate-malformed evaluatedAt']],
    ['a date without time', {}, ours((p) => (p.evaluatedAt = '2026-11-20')), ['predicate-malformed evaluatedAt']],
    ['no time', {}, ours((p) => delete p.evaluatedAt), ['predicate-malformed evaluatedAt']],
    ['nothing', {}, attestation(EVALUATION_PREDICATE_TYPE, null), ['predicate-malformed ']],
    ['a million tests', {}, testResult((p) => (p.failedTests = Array(1_000_000).fill(1))), ['predicate-malformed ']],
    [
      'a result from a prototype',
      {},
      attestation(TEST_RESULT_PREDICATE_TYPE, JSON.parse('{"__proto__":{"result":"PASSED"},"configuration":[]}')),
      ['predicate-malformed result'],
    ],
  ])('says so: %s', (_name, requirement, evaluation, expected) => {
    const result = check(requirement, evaluation);
    expect(told(result)).toEqual(expected);
    expect(result.used).toEqual([]);
  });

  it('warns from 70 % of the age on', () => {
    expect(check({ maxAge: '110h' }, ours()).warnings).toEqual([]);
    expect(check({ maxAge: '100h' }, ours()).warnings).toMatchObject([{ code: 'attestation-ageing', what: 'evaluation', maxAge: '100h' }]);
    expect(
      check(
        { maxAge: '100h' },
        ours((p) => (p.result = 'FAILED')),
      ).warnings,
    ).toEqual([]);
  });

  it('holds on the very bound of its age, and not beyond', () => {
    expect(check({ maxAge: '73h' }, ours()).findings).toEqual([]);
    expect(told(check({ maxAge: '72h' }, ours()))).toEqual(['evaluation-outdated']);
  });
});

describe('when there are several evaluations', () => {
  const failed = ours((p) => (p.result = 'FAILED'));

  it('lets the newest decide, in either direction', () => {
    expect(check({}, ours(), older(failed)).findings).toEqual([]);
    expect(told(check({}, failed, older(ours())))).toEqual(['evaluation-not-passed']);
    expect(told(check({}, failed, older(testResult())))).toEqual(['evaluation-not-passed']);
  });

  it('wants all to hold where a key signed: an old one can be timestamped again', () => {
    expect(told(check({}, byKey(ours()), older(byKey(failed))))).toEqual(['evaluation-not-passed']);
    expect(told(check({}, byKey(failed), older(byKey(ours()))))).toEqual(['evaluation-not-passed']);
    expect(check({}, byKey(ours()), older(byKey(ours()))).findings).toEqual([]);
    // What a certificate signed later is newer, whatever a key signed before.
    expect(check({}, ours(), older(byKey(failed))).findings).toEqual([]);
  });

  it('wants one of unknown age to hold as well: it may be newer', () => {
    expect(told(check({}, ours(), untimed(failed)))).toEqual(['evaluation-not-passed']);
  });
});

describe('when the requirement is written', () => {
  it.each<[string, object]>([
    ['an unknown key', { threshold: 1 }],
    ['a hash without algorithm', { datasetHash: HASH }],
    ['a hash in upper case', { datasetHash: `sha256:${HASH.toUpperCase()}` }],
    ['an empty dataset', { dataset: '' }],
    ['an age of zero', { maxAge: '0d' }],
    ['no metrics', { metrics: {} }],
  ])('is refused: %s', (_name, requirement) => {
    expect(evaluationSchema.safeParse(requirement).success).toBe(false);
  });
});
