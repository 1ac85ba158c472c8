import { parseTrustPolicyObject } from '../../../verification/trust-policy';
import type { Loose } from './policyText';
import { PRIVATE_PEM, PUBLIC_PEM, SUBJECT, accepted, goodDocument, problemsOf } from './policyText';

type Break = (document: Loose) => unknown;
const identity = (document: Loose): Loose => document.policies[0].authorities[0].keyless.identities[0];
const useKey = (document: Loose, key: unknown): unknown => (document.policies[0].authorities[1].key = key);
const AUTHORITIES = 'policies[0].authorities';
const IDENTITY = `${AUTHORITIES}[0].keyless.identities[0]`;

const MISTAKES: readonly (readonly [name: string, broken: Break, path: string, fragment: string])[] = [
  ['another kind', (d) => (d.kind = 'ClusterImagePolicy'), 'kind', 'expected kind TrustPolicy, got ClusterImagePolicy'],
  ['another apiVersion', (d) => (d.apiVersion = 'v1'), 'apiVersion', 'got v1'],
  ['authority for authorities', (d) => (d.policies[0].authority = []), 'policies[0].authority', 'did you mean "authorities"'],
  ['identites', (d) => (d.policies[0].authorities[0].keyless.identites = []), `${AUTHORITIES}[0].keyless.identites`, '"identities"'],
  ['glob for images', (d) => (d.policies[0].glob = 'x'), 'policies[0].glob', 'did you mean "images"'],
  ['subjectRegexp', (d) => (identity(d).subjectRegexp = 'x'), `${IDENTITY}.subjectRegexp`, 'did you mean "subjectRegExp"'],
  ['a number for a subject', (d) => (identity(d).subject = 7), `${IDENTITY}.subject`, 'expected text, got 7'],
  ['a text for a list', (d) => (d.policies[0].images = 'ghcr.io/a/b'), 'policies[0].images', 'expected a list, got'],
  ['no policies', (d) => (d.policies = []), 'policies', 'empty list'],
  ['no images', (d) => (d.policies[0].images = []), 'policies[0].images', 'empty list'],
  ['no authorities', (d) => (d.policies[0].authorities = []), AUTHORITIES, 'empty list'],
  ['no identities', (d) => (d.policies[0].authorities[0].keyless.identities = []), `${AUTHORITIES}[0].keyless.identities`, 'empty list'],
  ['no trust roots', (d) => (d.trustRoots = []), 'trustRoots', 'empty list'],
  ['an empty subject', (d) => (identity(d).subject = ''), `${IDENTITY}.subject`, 'empty string'],
  ['an identity without issuer', (d) => delete identity(d).issuer, `${IDENTITY}.issuer`, 'is missing'],
  ['an identity without subject', (d) => delete identity(d).subject, IDENTITY, 'got neither'],
  ['subject and subjectRegExp', (d) => (identity(d).subjectRegExp = 'a@acme\\.com'), IDENTITY, 'got both'],
  ['a subject with a line break', (d) => (identity(d).subject = `${SUBJECT}\n`), `${IDENTITY}.subject`, 'one line'],
  ['a subject with a space', (d) => (identity(d).subject = `${SUBJECT} `), `${IDENTITY}.subject`, 'spaces'],
  ['an authority of nothing', (d) => delete d.policies[0].authorities[0].keyless, `${AUTHORITIES}[0]`, 'got neither'],
  ['keyless and key', (d) => (d.policies[0].authorities[0].key = { path: 'a' }), `${AUTHORITIES}[0]`, 'got both'],
  [
    'a trust root of both kinds',
    (d) => (d.trustRoots = [{ name: 'a', publicGood: {}, file: { path: 'b' } }]),
    'trustRoots[0]',
    'got publicGood and file',
  ],
  ...([-1, 17, 1.5, '1'] as const).map(
    (value) =>
      [
        `a threshold of ${JSON.stringify(value)}`,
        (d: Loose) => (d.trustRoots = [{ name: 'a', publicGood: {}, thresholds: { transparencyLog: value } }]),
        'trustRoots[0].thresholds.transparencyLog',
        'expected',
      ] as const,
  ),
  [
    'no witness of time at all',
    (d) => (d.trustRoots = [{ name: 'a', publicGood: {}, thresholds: { transparencyLog: 0, timestamps: 0 } }]),
    'trustRoots[0].thresholds',
    'got 0 of both',
  ],
  ['two policies of one name', (d) => d.policies.push(d.policies[0]), 'policies[1].name', 'a second time'],
  ['two authorities of one name', (d) => (d.policies[0].authorities[1].name = 'workflow'), `${AUTHORITIES}[1].name`, 'a second time'],
  [
    'two trust roots of one name',
    (d) => {
      d.trustRoots = [1, 2].map(() => ({ name: 'a', publicGood: {} }));
      d.policies[0].authorities[0].keyless.trustRoot = 'a';
    },
    'trustRoots[1].name',
    'a second time',
  ],
  [
    'an unknown trust root',
    (d) => (d.policies[0].authorities[0].keyless.trustRoot = 'x'),
    `${AUTHORITIES}[0].keyless.trustRoot`,
    'got "x"',
  ],
  ['an unknown trust root of a key', (d) => useKey(d, { path: 'a', trustRoot: 'x' }), `${AUTHORITIES}[1].key.trustRoot`, 'got "x"'],
  [
    'no choice between trust roots',
    (d) => (d.trustRoots = ['a', 'b'].map((name) => ({ name, publicGood: {} }))),
    `${AUTHORITIES}[0].keyless.trustRoot`,
    'is missing: expected one of a, b',
  ],
  ['a key that is no PEM', (d) => useKey(d, { data: 'AAAA' }), `${AUTHORITIES}[1].key.data`, 'expected a PEM file'],
  ['a certificate', (d) => useKey(d, { data: '-----BEGIN CERTIFICATE-----\nAA==\n' }), `${AUTHORITIES}[1].key.data`, 'got a certificate'],
  ['two keys in one', (d) => useKey(d, { data: PUBLIC_PEM + PUBLIC_PEM }), `${AUTHORITIES}[1].key.data`, 'got several'],
  [
    'a key that does not decode',
    (d) => useKey(d, { data: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n' }),
    `${AUTHORITIES}[1].key.data`,
    'cannot be decoded',
  ],
];

describe('when one thing of a trust policy is wrong', () => {
  it.each(MISTAKES)('names the field: %s', (_name, broken, path, fragment) => {
    const document = goodDocument();
    broken(document);
    const problems = problemsOf(JSON.stringify(document));
    expect(problems).toContainEqual(expect.objectContaining({ path, line: 1, message: expect.stringContaining(fragment) }));
    const inline = parseTrustPolicyObject(document, 'inline');
    expect(inline).toMatchObject({ ok: false, finding: { code: 'trust-policy-invalid', file: 'inline' } });
  });
});

describe('when a pattern or a glob says too much', () => {
  it.each(['.*', '.+', '^.*$', '(.|x)+', '[^]*', '..+', '.{2,}', '(', 'a)|(?:b', '\\', '[', '\\@'])(
    'refuses subjectRegExp %s',
    (source) => {
      const document = goodDocument();
      delete identity(document).subject;
      identity(document).subjectRegExp = source;
      expect(problemsOf(JSON.stringify(document)).map(({ path }) => path)).toEqual([`${IDENTITY}.subjectRegExp`]);
    },
  );

  it.each([
    ['ghcr.io/acme/x:v1', 'tag'],
    ['nginx:1.27', 'tag'],
    [`ghcr.io/acme/x@sha256:${'a'.repeat(64)}`, 'digest'],
    ['ghcr.io/Acme/x', 'lower case'],
    ['https://ghcr.io/acme/x', 'scheme'],
    ['/acme/x', ''],
    ['ghcr.io/acme/', 'empty path segment'],
    ['ghcr.io//x', 'empty path segment'],
    ['*', 'registry'],
    ['**', 'registry'],
    ['*/x', 'registry'],
    ['**/x', 'registry'],
    ['*.io/x', 'registry'],
    ['ghcr.io', 'write "ghcr.io/**"'],
    ['!ghcr.io/acme/x', ''],
    ['ghcr.io/{a,b}/x', ''],
    ['ghcr.io/acme/[ab]', ''],
    ['ghcr.io/a**b/x', '** alone'],
    ['ghcr.io/../x', 'names between slashes'],
    ['', 'empty string'],
  ])('refuses the glob "%s"', (glob, fragment) => {
    const document = goodDocument();
    document.policies[0].images = [glob];
    const problems = problemsOf(JSON.stringify(document));
    expect(problems.map(({ path }) => path)).toContain('policies[0].images[0]');
    expect(problems.map(({ message }) => message).join()).toContain(fragment);
  });
});

describe('when there are ten mistakes', () => {
  it('tells all ten at once, each with its line and column, in the order of the file', () => {
    const problems = problemsOf(`apiVersion: v0
kind: ClusterImagePolicy
unmatchedImages: block
policies:
  - name: a
    mode: enforced
    images: ["ghcr.io/acme/x:v1"]
    glob: x
    authorities:
      - name: w
        keyless:
          trustRoot: nowhere
          identities:
            - issuer: 7
              subjectRegExp: '.*'
              anyCaller: true
  - name: a
    images: []
    authorities: [{ name: k, key: { path: k.pub } }]
`);
    expect(problems.map(({ path, line, column }) => `${path} ${String(line)}:${String(column)}`)).toEqual([
      'apiVersion 1:13',
      'kind 2:7',
      'unmatchedImages 3:18',
      'policies[0].mode 6:11',
      'policies[0].images[0] 7:14',
      'policies[0].glob 8:5',
      'policies[0].authorities[0].keyless.trustRoot 12:22',
      'policies[0].authorities[0].keyless.identities[0].issuer 14:23',
      'policies[0].authorities[0].keyless.identities[0].subjectRegExp 15:30',
      'policies[1].name 17:11',
      'policies[1].images 18:13',
    ]);
  });
});

describe('when a private key is in the file', () => {
  const body = PRIVATE_PEM.split('\n')[1] ?? '';
  const indented = PRIVATE_PEM.trim().replaceAll('\n', '\n            ');
  const good = JSON.stringify(goodDocument());
  const inKey = { ...goodDocument() };
  inKey.policies[0].authorities[1].key = { data: PRIVATE_PEM };
  const asKey = goodDocument();
  asKey.policies[0].authorities[1].key = PRIVATE_PEM;
  const asSubject = goodDocument();
  identity(asSubject).subject = PRIVATE_PEM.replaceAll('\n', ' ');
  const asField = goodDocument();
  asField.policies[0][PRIVATE_PEM] = 1;

  it.each([
    ['as key.data', JSON.stringify(inKey)],
    ['instead of the key', JSON.stringify(asKey)],
    ['folded into a subject', JSON.stringify(asSubject)],
    ['as the name of a field', JSON.stringify(asField)],
    ['in a comment', `${good}\n# ${PRIVATE_PEM.replaceAll('\n', '\n# ')}`],
    ['in broken YAML', `a: |\n            ${indented}\nb: "-----BEGIN PRIVATE KEY-----" ${body}\n`],
  ])('says so loudly and shows nothing of it: %s', (_name, text) => {
    const problems = JSON.stringify(problemsOf(text));
    expect(problems).toContain('PRIVATE KEY: take it out of this file');
    expect(problems).not.toContain(body.slice(0, 12));
  });
});

describe('when the text is not a plain YAML document', () => {
  const good = JSON.stringify(goodDocument());
  it.each([
    ['empty', '', 'got an empty file'],
    ['only a comment', '# nothing\n', 'got'],
    ['a list', '- a\n', 'got a list'],
    ['a word', 'a\n', 'got "a"'],
    ['broken', 'a: [\n', 'not valid YAML'],
    ['two documents', `${good}\n---\n${good}`, 'expected one document, got 2'],
    ['a merge key', 'a: &a { x: 1 }\n<<: *a\n', 'unknown key'],
    ['a merge key by %YAML 1.1', '%YAML 1.1\n---\na: &a { x: 1 }\n<<: *a\n', 'unknown key'],
    ['a tag', 'kind: !!binary aGVsbG8=\n', 'Unresolved tag'],
    ['a list as a key', '? [a]\n: b\n', 'expected text as a key'],
    ['an unknown alias', 'kind: *a\n', 'aliases'],
    ['an alias bomb', `a: &a [x]\nb: &b [${'*a,'.repeat(9)}]\nc: [${'*b,'.repeat(9)}]\n`, 'aliases'],
    ['an alias of itself', 'policies: &a [*a]\n', 'expected a mapping, got a list'],
    ['more than 1 MiB', `#${'x'.repeat(1_048_576)}`, '1 MiB'],
    ['very deep', '['.repeat(100_000), 'nested more than'],
    ['question marks', '? '.repeat(100_000), 'nested more than'],
    ['closing brackets', ']'.repeat(300_000), 'tokens'],
    ['__proto__', good.replace('{', '{"__proto__":{"kind":"x"},'), 'unknown key'],
    ['constructor', good.replace('{', '{"constructor":{},'), 'unknown key'],
  ])('refuses it: %s', (_name, text, fragment) => {
    expect(
      problemsOf(text)
        .map(({ message }) => message)
        .join('\n'),
    ).toContain(fragment);
  });

  it('points at the second of two equal keys, and still tells the rest', () => {
    const problems = problemsOf('kind: TrustPolicy\nkind: Other\n');
    expect(problems).toContainEqual(
      expect.objectContaining({ path: 'kind', line: 2, column: 1, message: 'expected each key once, got "kind" again' }),
    );
    expect(problems.map(({ path }) => path)).toContain('policies');
  });

  it('bounds how many problems it lists', () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(problemsOf(text)).toHaveLength(101);
  });

  it('keeps control characters and long values out of paths and messages', () => {
    const document = goodDocument();
    document.policies[0]['a\u001b[31m\u202eb'] = 1;
    document.kind = `\u009b${'y'.repeat(5_000)}`;
    for (const { path, message } of problemsOf(JSON.stringify(document))) {
      expect(path + message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect((path + message).length).toBeLessThan(400);
    }
  });
});

describe('when a trust policy is good', () => {
  it('fills in the defaults', () => {
    const policy = accepted(JSON.stringify(goodDocument()));
    expect(policy.unmatchedImages).toBe('deny');
    expect(policy.trustRoots).toEqual([
      { kind: 'public-good', name: 'public-good', thresholds: { transparencyLog: 1, certificateTransparency: 1, timestamps: 1 } },
    ]);
    expect(policy.policies[0]).toMatchObject({
      mode: 'enforce',
      authorities: [{ kind: 'keyless', trustRoot: 'public-good' }, { kind: 'key' }],
    });
    expect(policy.policies[0]?.authorities[1]).not.toHaveProperty('trustRoot');
  });

  it('takes the only trust root for an authority that names none', () => {
    const document = {
      ...goodDocument(),
      trustRoots: [{ name: 'acme', file: { path: 'trusted_root.json' }, thresholds: { timestamps: 0 } }],
    };
    expect(accepted(JSON.stringify(document))).toMatchObject({
      trustRoots: [
        { kind: 'file', path: 'trusted_root.json', thresholds: { transparencyLog: 1, certificateTransparency: 1, timestamps: 0 } },
      ],
      policies: [{ authorities: [{ trustRoot: 'acme' }, {}] }],
    });
  });

  it('reads YAML with an alias, a block key and a pattern like the same data inline', () => {
    const text = `apiVersion: model-supply-chain/v1alpha1
kind: TrustPolicy
policies:
  - name: a
    images: &images ["acme/models/*"]
    authorities:
      - name: k
        key:
          data: |
            ${PUBLIC_PEM.trim().replaceAll('\n', '\n            ')}
      - name: w
        keyless: { identities: [{ issuer: https://accounts.google.com, subjectRegExp: 'ci-.*@acme\\.iam\\.gserviceaccount\\.com' }] }
  - name: b
    images: *images
    authorities: [{ name: k, key: { path: k.pub } }]
`;
    const policy = accepted(text);
    expect(policy.policies.map(({ images }) => images)).toEqual([['docker.io/acme/models/*'], ['docker.io/acme/models/*']]);
    expect(policy.policies[0]?.authorities).toMatchObject([{ key: { kind: 'data', pem: PUBLIC_PEM } }, { kind: 'keyless' }]);
  });
});
