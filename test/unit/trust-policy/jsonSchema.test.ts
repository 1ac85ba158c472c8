import { readFileSync } from 'node:fs';
import path from 'node:path';
// Comes with ESLint; only for this test.
import Ajv from 'ajv';
import { parse } from 'yaml';
import { trustPolicyJsonSchema } from '../../../verification/trust-policy';
import { accepted, goodDocument } from './policyText';
import type { Loose } from './policyText';

const validate = new Ajv().compile(trustPolicyJsonSchema());
const root = path.join(__dirname, '../../..');

describe('when an editor reads the JSON Schema', () => {
  it('is the one that the parser uses; regenerate schema/trust-policy.schema.json with trustPolicyJsonSchema() when this fails', () => {
    const committed: unknown = JSON.parse(readFileSync(path.join(root, 'schema/trust-policy.schema.json'), 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(trustPolicyJsonSchema())));
  });

  it('accepts a good policy and the example', () => {
    expect([validate(goodDocument()), validate.errors]).toEqual([true, null]);
    const example: unknown = parse(readFileSync(path.join(root, 'examples/model-serving/trust-policy.yaml'), 'utf8'));
    expect([validate(example), validate.errors]).toEqual([true, null]);
  });

  it.each<[string, (document: Loose) => void]>([
    ['an unknown field', (d) => (d.policies[0].authority = [])],
    ['subject and subjectRegExp', (d) => (d.policies[0].authorities[0].keyless.identities[0].subjectRegExp = 'a')],
    ['neither subject nor subjectRegExp', (d) => delete d.policies[0].authorities[0].keyless.identities[0].subject],
    ['keyless and key', (d) => (d.policies[0].authorities[0].key = { path: 'a' })],
    ['path and data', (d) => (d.policies[0].authorities[1].key.data = 'a')],
    ['publicGood and file', (d) => (d.trustRoots = [{ name: 'a', publicGood: {}, file: { path: 'b' } }])],
    ['an empty list', (d) => (d.policies = [])],
  ])('refuses %s', (_name, broken) => {
    const document = goodDocument();
    broken(document);
    expect(validate(document)).toBe(false);
  });
});

describe('when a reader copies the example of docs/trust-policy.md', () => {
  it('is a good policy, for the parser and for editors', () => {
    const page = readFileSync(path.join(root, 'docs/trust-policy.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(accepted(example).policies).toHaveLength(1);
    expect([validate(parse(example)), validate.errors]).toEqual([true, null]);
  });
});
