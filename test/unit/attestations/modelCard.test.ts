import { readFileSync } from 'node:fs';
import path from 'node:path';
// Comes with ESLint; only for this test.
import Ajv from 'ajv';
import { parse, stringify } from 'yaml';
import { readModelCard } from '../../../verification/attestations/model/modelCard';
import { isPlaceholder, modelCardJsonSchema } from '../../../verification/attestations/model/modelCardSchema';
import { calendarTime } from '../../../verification/attestations/model/modelCardTime';
import { FIXTURE, asPredicate, asYaml, goodCard, inData } from './modelCardAttestations';
import type { Loose } from './modelCardAttestations';

const pathsOf = (reading: ReturnType<typeof readModelCard>): readonly string[] =>
  reading.kind === 'malformed' ? reading.problems.map((problem) => problem.path) : [reading.kind];

describe('when the card of the source document is read as it stands', () => {
  it('has two placeholders and nothing else wrong', () => {
    const reading = readModelCard(inData(FIXTURE));
    expect(reading).toMatchObject({ kind: 'card', card: { model_details: { license: 'Apache-2.0' } } });
    expect(reading.kind === 'card' && reading.placeholders.map((item) => item.path)).toEqual([
      'provenance.training_data.hash',
      'performance.evaluation_hash',
    ]);
  });

  it('reads the same from YAML, from JSON in Data, and as a predicate of our type', () => {
    const card = goodCard();
    const readings = [asYaml(card), inData(JSON.stringify(card)), inData(JSON.stringify(card, undefined, '\t')), asPredicate(card)];
    const [first, ...others] = readings.map(readModelCard);
    expect(first).toMatchObject({ kind: 'card', placeholders: [] });
    for (const other of others) expect(other).toEqual(first);
  });

  it('may have further keys everywhere', () => {
    const card = goodCard();
    Object.assign(card, { owner: 'team', tags: [1, null] });
    card.performance.per_language = { de: { f1: 0.9 } };
    card.provenance.build_environment.jax = 4;
    expect(readModelCard(asYaml(card)).kind).toBe('card');
  });
});

describe('when a field is of a wrong form', () => {
  it.each<[string, (card: Loose) => unknown, string, string]>([
    ['no name', (c) => delete c.model_details.name, 'model_details.name', 'text'],
    ['an empty name', (c) => (c.model_details.name = ' '), 'model_details.name', 'not empty'],
    ['a number for a version, as YAML reads 2.10', (c) => (c.model_details.version = 2.1), 'model_details.version', 'quotes'],
    ['nothing for a license', (c) => (c.model_details.license = null), 'model_details.license', 'text'],
    ['a list for the details', (c) => (c.model_details = []), 'model_details', 'a mapping'],
    ['a text for the provenance', (c) => (c.provenance = 'yes'), 'provenance', 'a mapping'],
    ['md5', (c) => (c.provenance.training_data.hash = `md5:${'ab'.repeat(16)}`), 'provenance.training_data.hash', 'sha256:<64'],
    ['a short hash', (c) => (c.provenance.training_data.hash = 'sha256:abc123'), 'provenance.training_data.hash', 'sha256:<64'],
    ['a number for a commit', (c) => (c.provenance.commit_sha = 1234567), 'provenance.commit_sha', 'quotes'],
    ['a branch for a commit', (c) => (c.provenance.commit_sha = 'main'), 'provenance.commit_sha', 'commit id'],
    ['a text for a score', (c) => (c.performance.accuracy = '0.94'), 'performance.accuracy', 'a number'],
    ['a percentage', (c) => (c.performance.accuracy = 94), 'performance.accuracy', 'not a percentage'],
    ['a score below zero', (c) => (c.performance.f1_score = -0.1), 'performance.f1_score', 'fraction'],
    ['a time without zone', (c) => (c.provenance.build_timestamp = '2025-01-15T10:30:00'), 'provenance.build_timestamp', 'zone'],
    ['30 February', (c) => (c.security.last_security_review = '2025-02-30'), 'security.last_security_review', 'a date'],
    ['a text for a list', (c) => (c.security.known_limitations = 'none'), 'security.known_limitations', 'a list'],
    ['a number in a list', (c) => (c.security.known_limitations = ['a', 7]), 'security.known_limitations[1]', 'quotes'],
  ])('says where and what is expected: %s', (_name, broken, where, expected) => {
    const card = goodCard();
    broken(card);
    for (const reading of [readModelCard(asYaml(card)), readModelCard(asPredicate(card))]) {
      expect(reading).toMatchObject({
        kind: 'malformed',
        problems: [{ path: where, expected: expect.stringContaining(expected) as string }],
      });
    }
  });

  it('tells all of them at once, and the placeholders as well', () => {
    const card = parse(FIXTURE);
    card.model_details.version = 2;
    card.performance.accuracy = 'good';
    card.security = 'clean';
    const reading = readModelCard(asYaml(card));
    expect(pathsOf(reading)).toEqual(['model_details.version', 'performance.accuracy', 'security']);
    expect(reading.kind === 'malformed' && reading.placeholders).toHaveLength(2);
  });

  it.each(['.nan', '.inf', '-.inf'])('takes no %s for a score', (value) => {
    expect(pathsOf(readModelCard(inData(`model_details: {name: a, version: b}\nperformance: {accuracy: ${value}}`)))).toEqual([
      'performance.accuracy',
    ]);
  });
});

describe('when a hash may be a placeholder', () => {
  const real = '0123456789abcdef'.repeat(4);
  it.each([
    'sha256:abc123...',
    'sha256:def456…',
    'sha256:...',
    'sha256:',
    '',
    'TODO',
    'sha256:TBD',
    'sha256:<hash of the data>',
    'sha256:{{ hash }}',
    'sha256:${DATA_HASH}',
    'sha256:xxxx',
    `sha256:${'0'.repeat(64)}`,
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ])('is one: %s', (hash) => expect(isPlaceholder(hash)).toBe(true));

  it.each([`sha256:${real}`, `sha512:${real}${real}`, 'sha256:abc123', 'md5:0123'])('is none: %s', (hash) =>
    expect(isPlaceholder(hash)).toBe(false),
  );
});

describe('when the attestation is hostile', () => {
  const BOMB = [
    'model_details: {name: a, version: b}',
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${'abcdefgh'[index] ?? ''}`)
          .join(',')}]`,
    ),
  ].join('\n');

  it.each<[string, string]>([
    ['a billion laughs', BOMB],
    ['an unknown alias', 'model_details: *nowhere'],
    ['a key twice in YAML', 'model_details: {name: a, name: b, version: c}'],
    ['a key twice in JSON', '{"model_details":{"name":"a","name":"b","version":"c"}}'],
    ['a tag', 'model_details: !!js/function "x"'],
    ['two documents', 'model_details: {name: a, version: b}\n---\nmodel_details: {name: c, version: d}'],
    ['deep nesting', `model_details: ${'['.repeat(5000)}`],
    ['many tokens', `model_details: [${'1,'.repeat(300_000)}]`],
    ['16 MB', `model_details: {name: a, version: b}\nx: "${'x'.repeat(16 * 1024 * 1024)}"`],
    ['no YAML', '{model_details: ['],
  ])('is malformed, under the path Data: %s', (_name, text) => {
    expect(pathsOf(readModelCard(inData(text)))).toEqual(['Data']);
  });

  it('is malformed if it holds itself', () => {
    expect(pathsOf(readModelCard(inData('model_details: &a {name: *a, version: b}')))).toEqual(['']);
  });

  it.each<[string, unknown]>([
    ['no Data', {}],
    ['a mapping as Data', { Data: goodCard() }],
    ['null', null],
    ['a list', [1]],
    ['Data from a prototype', Object.create({ Data: FIXTURE })],
  ])('is malformed: %s', (_name, predicate) => {
    expect(pathsOf(readModelCard({ ...inData(''), predicate }))).toEqual(['Data']);
  });

  it('is malformed, and told in few words, if a predicate of our type has millions of wrong values', () => {
    const huge = { ...goodCard(), security: { known_limitations: Array(1_000_000).fill(1) } };
    expect(readModelCard(asPredicate(huge))).toMatchObject({
      kind: 'malformed',
      problems: [{ path: '', found: 'more than 20000 values' }],
    });
    const wrong = { ...goodCard(), security: { known_limitations: Array(10_000).fill(1) } };
    expect(pathsOf(readModelCard(asPredicate(wrong)))).toHaveLength(100);
  });

  it.each<[string, unknown]>([
    ['deep', JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)],
    ['long', 'x'.repeat(2 * 1024 * 1024)],
    ['with long keys', { ['k'.repeat(2 * 1024 * 1024)]: 1 }],
  ])('is malformed if it is %s', (_name, extra) => {
    expect(pathsOf(readModelCard(asPredicate({ ...goodCard(), extra })))).toEqual(['']);
  });

  it.each<[string, string]>([
    ['in JSON', '{"__proto__":{"model_details":{"name":"a","version":"b"}}}'],
    ['in YAML', '__proto__: {model_details: {name: a, version: b}}'],
  ])('lends nothing through __proto__ %s', (_name, text) => {
    expect(readModelCard(inData(text)).kind).toBe('not-a-card');
    expect(pathsOf(readModelCard(asPredicate(JSON.parse('{"__proto__":{"model_details":{"name":"a","version":"b"}}}'))))).toEqual([
      'model_details',
    ]);
  });

  it.each(['just text', '[1, 2]', 'scanner: grype', '{"bomFormat":"CycloneDX"}', '7'])(
    'is not a card if it is a custom attestation about something else: %s',
    (text) => expect(readModelCard(inData(text)).kind).toBe('not-a-card'),
  );
});

describe('when a time is read', () => {
  it.each(['2025-01-10', '2024-02-29', '2025-01-15T10:30:00Z', '2025-01-15T10:30:00.123+02:00'])('is accepted: %s', (text) =>
    expect(calendarTime(text)?.milliseconds).toBe(Date.parse(text)),
  );
  it.each([
    '2025-02-29',
    '2025-13-01',
    '2025-1-1',
    '10.01.2025',
    '2025-01-15T10:30',
    '2025-01-15T25:00:00Z',
    'yesterday',
    '',
    '2025-01-10\n',
  ])('is refused: %j', (text) => expect(calendarTime(text)).toBeUndefined());
});

describe('when an editor reads the JSON Schema of a model card', () => {
  const validate = new Ajv({ allErrors: true }).compile(modelCardJsonSchema());

  it('is the committed one; regenerate schema/model-card.schema.json with modelCardJsonSchema() when this fails', () => {
    const committed: unknown = JSON.parse(readFileSync(path.join(__dirname, '../../../schema/model-card.schema.json'), 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(modelCardJsonSchema())));
  });

  it('accepts a good card, and marks the placeholders of the source document', () => {
    expect([validate(goodCard()), validate.errors]).toEqual([true, null]);
    expect(validate(parse(FIXTURE))).toBe(false);
    expect(validate.errors?.map((error) => error.instancePath)).toEqual(['/provenance/training_data/hash', '/performance/evaluation_hash']);
  });

  it('accepts the example of docs/model-card.md, as the parser does', () => {
    const page = readFileSync(path.join(__dirname, '../../../docs/model-card.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect([validate(parse(example)), validate.errors]).toEqual([true, null]);
    expect(readModelCard(inData(stringify(parse(example))))).toMatchObject({ kind: 'card', placeholders: [] });
  });
});
