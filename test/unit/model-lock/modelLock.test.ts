import type { Verdict } from '../../../verification';
import type { PreviousVerdict, PreviousVerdicts } from '../../../verification/lifecycle/previousVerdicts';
import { parseModelLock } from '../../../verification/model-lock/parseModelLock';
import { renderModelLock } from '../../../verification/model-lock/renderModelLock';
import { findingOf, valueOf } from '../../support/sigstore/verifying';
import { DIGEST, FAULT, OTHER_DIGEST, REFERENCE, REPOSITORY, daysAgo, signature, workflow } from '../lifecycle/evidence';

const claims = { sourceRepositoryUri: 'https://github.com/acme/ml', sourceRepositoryIdentifier: '42', runnerEnvironment: 'github-hosted' };
const verified = (fields: Partial<Extract<Verdict, { outcome: 'verified' }>> = {}): Verdict => ({
  outcome: 'verified',
  reference: REFERENCE,
  digest: DIGEST,
  evidence: [signature(workflow(), { signedAt: daysAgo(1), claims })],
  attestations: [],
  warnings: [],
  ...fields,
});
const recordOfWorkflow: PreviousVerdict = {
  digest: DIGEST,
  signers: [{ signer: workflow(), sourceRepository: 'https://github.com/acme/ml', repositoryId: '42', runner: 'github-hosted' }],
  signedAt: daysAgo(1),
};
const parsed = (text: string): PreviousVerdicts => valueOf(parseModelLock(text, 'model.lock'));

describe('when verdicts are written as a model lock and read again', () => {
  it('records repository, digest, signer and time', () => {
    const text = renderModelLock([verified()]);
    expect(text).toMatch(/^# What was verified last/);
    expect(text).toContain(`  - repository: ${REPOSITORY}\n    digest: ${DIGEST}\n    signedAt: ${daysAgo(1)}\n`);
    expect([...parsed(text)]).toEqual([[REPOSITORY, [recordOfWorkflow]]]);
  });

  it('keeps keys, builders, and texts that YAML would read as something else', () => {
    const key = { kind: 'key', fingerprint: `sha256:${'ab'.repeat(32)}` } as const;
    const builder = 'yes: #\n\u202e&*';
    const attestation = { policy: 'p', requirement: 'r', predicateType: 't', signer: key, source: 's', builder };
    const text = renderModelLock([verified({ evidence: [signature(key)], attestations: [attestation] })]);
    expect(parsed(text).get(REPOSITORY)).toEqual([{ digest: DIGEST, signers: [{ signer: key }], builder }]);
  });

  it('records a signer on whom two policies rest once', () => {
    const twice = verified({ evidence: [signature(workflow()), signature(workflow(), { policy: 'second' })] });
    expect(parsed(renderModelLock([twice, twice])).get(REPOSITORY)).toEqual([{ digest: DIGEST, signers: [{ signer: workflow() }] }]);
  });

  it('gives the same text whatever the order of the verdicts', () => {
    const verdicts = [
      verified(),
      verified({ reference: 'ghcr.io/acme/a@' + OTHER_DIGEST, digest: OTHER_DIGEST }),
      verified({ digest: OTHER_DIGEST }),
    ];
    expect(renderModelLock(verdicts.toReversed())).toBe(renderModelLock(verdicts));
    expect(
      parsed(renderModelLock(verdicts))
        .get(REPOSITORY)
        ?.map(({ digest }) => digest),
    ).toEqual([DIGEST, OTHER_DIGEST]);
  });

  it('replaces the records of what was verified, and keeps those of what was not', () => {
    const old = { ...recordOfWorkflow, digest: OTHER_DIGEST };
    const previous: PreviousVerdicts = new Map([
      [REPOSITORY, [old]],
      ['ghcr.io/acme/other', [old]],
    ]);
    const rejected: Verdict = { outcome: 'rejected', reference: 'ghcr.io/acme/other:v1', enforcement: 'warn', findings: [FAULT] };
    const records = parsed(renderModelLock([verified(), rejected], previous));
    expect(records.get(REPOSITORY)).toEqual([recordOfWorkflow]);
    expect(records.get('ghcr.io/acme/other')).toEqual([old]);
  });
});

describe('when a model lock has mistakes', () => {
  const image = (fields: object = {}) => ({
    repository: REPOSITORY,
    digest: DIGEST,
    signers: [{ keyless: { issuer: 'https://issuer.test', subject: 'https://ci.test' } }],
    ...fields,
  });
  const lock = (...images: readonly object[]) => JSON.stringify({ apiVersion: 'model-supply-chain/v1alpha1', kind: 'ModelLock', images });
  const problems = (text: string) => {
    const finding = findingOf(parseModelLock(text, 'model.lock'));
    expect(finding).toMatchObject({ code: 'model-lock-invalid', file: 'model.lock' });
    return finding.problems.map(({ path, message }) => `${path}: ${message}`);
  };

  it('is read without mistakes, so that each test below changes one thing', () => {
    expect(parsed(lock(image())).size).toBe(1);
    expect(parsed(lock()).size).toBe(0);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /^: expected a model lock, got an empty file$/],
    ['no YAML', '{', /^: not valid YAML/],
    ['a list', '[]', /^: expected a model lock \(a mapping\), got a list$/],
    ['a trust policy', lock().replace('ModelLock', 'TrustPolicy'), /^kind: expected kind ModelLock, got TrustPolicy$/],
    ['another version', lock().replace('v1alpha1', 'v2'), /^apiVersion: expected/],
    ['no list of images', lock().replace(',"images":[]', ''), /^images: is missing/],
    ['a key twice', `${lock().slice(0, -1)},"images":[]}`, /^images: expected each key once/],
    ['a misspelt field', lock(image({ signer: [] })), /^images\[0\]\.signer: unknown key: did you mean "signers"\?$/],
    ['no signers', lock(image({ signers: [] })), /^images\[0\]\.signers: expected at least one entry/],
    [
      'a signer without anything',
      lock(image({ signers: [{}] })),
      /^images\[0\]\.signers\[0\]: expected either keyless or key, got neither$/,
    ],
    [
      'a signer that is both',
      lock(image({ signers: [{ keyless: { issuer: 'i', subject: 's' }, key: DIGEST }] })),
      /^images\[0\]\.signers\[0\]: expected either keyless or key, got both$/,
    ],
    [
      'half an identity',
      lock(image({ signers: [{ keyless: { issuer: 'i' } }] })),
      /^images\[0\]\.signers\[0\]\.keyless\.subject: is missing/,
    ],
    [
      'a key that is no fingerprint',
      lock(image({ signers: [{ key: 'abc' }] })),
      /^images\[0\]\.signers\[0\]\.key: expected the fingerprint/,
    ],
    ['a short digest', lock(image({ digest: 'sha256:ab' })), /^images\[0\]\.digest: expected sha256: and 64 hexadecimal digits/],
    [
      'another spelling',
      lock(image({ repository: 'GHCR.IO/acme/model' })),
      /^images\[0\]\.repository: expected the repository as ghcr\.io/,
    ],
    ['a reference', lock(image({ repository: REFERENCE })), /^images\[0\]\.repository: expected registry\/repository/],
    ['a time of another form', lock(image({ signedAt: '2026-11-25' })), /^images\[0\]\.signedAt: expected a time of the form/],
    ['no time', lock(image({ signedAt: 'soon' })), /^images\[0\]\.signedAt: expected a time of the form/],
    ['an image twice', lock(image(), image({ signers: [{ key: DIGEST }] })), /^images\[1\]: expected each image once/],
  ])('refuses %s', (_what, text, message) => {
    expect(problems(text)).toEqual([expect.stringMatching(message)]);
  });

  it('tells all mistakes at once, with their lines', () => {
    const text = `apiVersion: model-supply-chain/v1alpha1\nkind: ModelLock\nimages:\n  - repository: x\n    digest: y\n    signers: []\n`;
    const finding = findingOf(parseModelLock(text, 'model.lock'));
    expect(finding.problems.map(({ path, line }) => [path, line])).toEqual([
      ['images[0].repository', 4],
      ['images[0].digest', 5],
      ['images[0].signers', 6],
    ]);
  });
});
