import type { Verdict } from '../../../verification';
import { builderIn } from '../../../verification/lifecycle/builder';
import { previousVerdictOf } from '../../../verification/lifecycle/previousVerdicts';
import type { PreviousVerdict } from '../../../verification/lifecycle/previousVerdicts';
import { sinceLastVerdict } from '../../../verification/lifecycle/sinceLastVerdict';
import type { ImagePolicy } from '../../../verification/trust-policy/types';
import {
  DIGEST,
  FAULT,
  IMAGE,
  OTHER_DIGEST,
  REFERENCE,
  REPOSITORY,
  codesOf,
  daysAgo,
  holding,
  policy,
  signature,
  workflow,
} from './evidence';

const MAIN = workflow();
const recorded = (fields: Partial<PreviousVerdict> = {}): PreviousVerdict => ({
  digest: OTHER_DIGEST,
  signers: [{ signer: MAIN, repositoryId: '42', runner: 'github-hosted' }],
  signedAt: daysAgo(10),
  ...fields,
});
const claims = { sourceRepositoryIdentifier: '42', runnerEnvironment: 'github-hosted' };
const now = (signer = MAIN, fields = {}) => signature(signer, { signedAt: daysAgo(1), claims, ...fields });
const compare = (
  fields: Partial<ImagePolicy>,
  result: ReturnType<typeof holding>,
  previous?: PreviousVerdict,
  faults = [] as (typeof FAULT)[],
) => sinceLastVerdict(policy(fields), result, IMAGE, previous && [previous], faults);

describe('when continuity is asked for', () => {
  const changes = (signer = MAIN, fields = {}, previous = recorded()) => {
    const [warning] = compare({ continuity: 'warn' }, holding(now(signer, fields)), previous).warnings;
    return warning?.code === 'signer-changed' ? warning.changes.map(({ what }) => what) : [];
  };

  it.each<[string, readonly string[], Parameters<typeof changes>]>([
    ['the same signer', [], []],
    ['another workflow', ['workflow'], [workflow('refs/heads/main', 'other.yml')]],
    ['another branch', ['workflow'], [workflow('refs/heads/evil')]],
    ['a tag instead of a branch', ['workflow'], [workflow('refs/tags/v1')]],
    ['another owner', ['workflow'], [workflow('refs/heads/main', 'release.yml', 'mallory')]],
    ['another issuer', ['issuer'], [{ ...MAIN, issuer: 'https://issuer.example' } as typeof MAIN]],
    ['a key instead of a workflow', ['key', 'repository id', 'runner'], [{ kind: 'key', fingerprint: 'sha256:a' }, { claims: undefined }]],
    ['the same name, another repository id', ['repository id'], [MAIN, { claims: { ...claims, sourceRepositoryIdentifier: '43' } }]],
    ['a repository id that is gone', ['repository id', 'runner'], [MAIN, { claims: {} }]],
    ['a runner of its own', ['runner'], [MAIN, { claims: { ...claims, runnerEnvironment: 'self-hosted' } }]],
    ['the next release tag', [], [workflow('refs/tags/v2'), {}, recorded({ signers: [{ signer: workflow('refs/tags/v1') }] })]],
    ['a record without certificate claims', [], [MAIN, {}, recorded({ signers: [{ signer: MAIN }] })]],
    [
      'another key',
      ['key'],
      [{ kind: 'key', fingerprint: 'b' }, {}, recorded({ signers: [{ signer: { kind: 'key', fingerprint: 'a' } }] })],
    ],
    [
      'another caller, of which only the name is recorded',
      ['source repository'],
      [
        MAIN,
        { claims: { sourceRepositoryUri: 'https://github.com/mallory/evil' } },
        recorded({ signers: [{ signer: MAIN, sourceRepository: 'https://github.com/acme/ml' }] }),
      ],
    ],
    [
      'the same caller in other case',
      [],
      [
        MAIN,
        { claims: { sourceRepositoryUri: 'https://github.com/Acme/ml' } },
        recorded({ signers: [{ signer: MAIN, sourceRepository: 'https://github.com/acme/ml' }] }),
      ],
    ],
    [
      'a caller that is gone',
      ['source repository'],
      [MAIN, { claims: {} }, recorded({ signers: [{ signer: MAIN, sourceRepository: 'https://github.com/acme/ml' }] })],
    ],
    ['a record without signers', [], [MAIN, {}, recorded({ signers: [] })]],
  ])('tells what changed: %s', (_what, expected, parts) => {
    expect(changes(...parts)).toEqual(expected);
  });

  it('is content if a known signer signed as well, and a stranger beside him', () => {
    expect(compare({ continuity: 'enforce' }, holding(now(workflow('refs/heads/new')), now()), recorded())).toMatchObject({ holds: true });
  });

  it('wants as many known signers as the policy wants signers, if so many were known', () => {
    const [a, b, c] = ['a.yml', 'b.yml', 'c.yml'].map((file) => workflow('refs/heads/main', file)) as [
      typeof MAIN,
      typeof MAIN,
      typeof MAIN,
    ];
    const two = { continuity: 'enforce', signatureThreshold: 2 } as const;
    const known = (...signers: (typeof MAIN)[]) => recorded({ signers: signers.map((signer) => ({ signer })) });
    expect(codesOf(compare(two, holding(now(a), now(c)), known(a, b)))).toEqual(['signer-changed']);
    expect(codesOf(compare(two, holding(now(a), now(c)), known(a)))).toEqual([]);
  });

  it('warns, or rejects where it is enforced', () => {
    const stranger = holding(now(workflow('refs/heads/evil')));
    expect(compare({ continuity: 'warn' }, stranger, recorded())).toMatchObject({ holds: true, warnings: [{ code: 'signer-changed' }] });
    expect(compare({ continuity: 'enforce' }, stranger, recorded())).toMatchObject({
      holds: false,
      outcome: 'rejected',
      findings: [{ code: 'signer-changed', recordedDigest: OTHER_DIGEST }],
    });
  });

  it('is undetermined where signatures could not be fetched: that of the known signer may be among them', () => {
    expect(compare({ continuity: 'enforce' }, holding(now(workflow('refs/heads/evil'))), recorded(), [FAULT])).toMatchObject({
      holds: false,
      outcome: 'undetermined',
      findings: [FAULT, { code: 'signer-changed' }],
    });
  });

  it('tells another builder of the provenance', () => {
    const attestation = {
      policy: 'models',
      requirement: 'r',
      predicateType: 't',
      signer: MAIN,
      source: DIGEST,
      builder: 'https://b.example/evil',
    };
    const result = { ...holding(now()), attestations: [attestation] } as ReturnType<typeof holding>;
    const [warning] = compare({ continuity: 'warn' }, result, recorded({ builder: 'https://b.example/good' })).warnings;
    expect(warning).toMatchObject({ code: 'signer-changed', changes: [{ what: 'builder', found: 'https://b.example/evil' }] });
  });
});

describe('when rollback is watched', () => {
  const rollback = (signedAt: string | undefined, previous: PreviousVerdict, level: 'warn' | 'enforce' = 'enforce') =>
    codesOf(compare({ rollback: level }, holding(signature(MAIN, signedAt === undefined ? {} : { signedAt })), previous));

  it.each<[string, readonly string[], string | undefined, PreviousVerdict]>([
    ['a newer image', [], daysAgo(1), recorded()],
    ['an image of the same second', [], daysAgo(10), recorded()],
    ['an older image', ['rolled-back'], daysAgo(11), recorded()],
    ['the recorded image, whatever its time', [], daysAgo(11), recorded({ digest: DIGEST })],
    ['an image that nobody timed', ['signature-untimed'], undefined, recorded()],
    ['the recorded image, untimed', [], undefined, recorded({ digest: DIGEST })],
    ['an unreadable time', ['rolled-back'], 'x', recorded()],
  ])('decides about %s', (_what, codes, signedAt, previous) => {
    expect(rollback(signedAt, previous)).toEqual(codes);
  });

  it('has no order to go by when the record is untimed', () => {
    const previous = { ...recorded() };
    delete (previous as { signedAt?: unknown }).signedAt;
    expect(rollback(daysAgo(99), previous)).toEqual([]);
  });

  it('goes by the newest signature', () => {
    const result = holding(signature(MAIN, { signedAt: daysAgo(30) }), signature(workflow('refs/heads/b'), { signedAt: daysAgo(2) }));
    expect(codesOf(compare({ rollback: 'enforce' }, result, recorded()))).toEqual([]);
  });

  it('only warns where the policy says so', () => {
    const result = holding(signature(MAIN, { signedAt: daysAgo(30) }));
    expect(compare({ rollback: 'warn' }, result, recorded())).toMatchObject({ holds: true, warnings: [{ code: 'rolled-back' }] });
  });
});

describe('when nothing is asked for, or nothing is recorded', () => {
  const old = holding(signature(workflow('refs/heads/evil'), { signedAt: daysAgo(99) }));

  it('says nothing if the policy does not ask', () => {
    expect(compare({}, old, recorded())).toEqual(old);
    expect(compare({}, old, undefined)).toEqual(old);
  });

  it.each([
    [{ continuity: 'enforce' }, ['continuity']],
    [{ rollback: 'warn' }, ['rollback']],
    [{ continuity: 'warn', rollback: 'enforce' }, ['continuity', 'rollback']],
  ] as const)('says that nothing was compared if the policy asks for %j', (fields, neededFor) => {
    const missing = { code: 'previous-verdict-missing', reference: REFERENCE, policy: 'models', neededFor };
    expect(compare(fields, old, undefined)).toEqual({ ...old, warnings: [missing] });
  });
});

describe('when several digests of the repository are recorded', () => {
  const OTHER = workflow('refs/heads/canary');
  const records = [
    recorded({ digest: DIGEST, signedAt: daysAgo(20) }),
    recorded({ digest: OTHER_DIGEST, signedAt: daysAgo(5), signers: [{ signer: OTHER }] }),
  ];
  const codes = (digest: string, signer: typeof MAIN, signedAt: string) => {
    const watching = policy({ continuity: 'enforce', rollback: 'enforce' });
    const result = holding(signature(signer, { signedAt, claims }));
    return codesOf(sinceLastVerdict(watching, result, { reference: REFERENCE, digest }, records, []));
  };

  it('accepts each of them, the older one too', () => {
    expect(codes(DIGEST, MAIN, daysAgo(20))).toEqual([]);
    expect(codes(OTHER_DIGEST, OTHER, daysAgo(5))).toEqual([]);
  });

  it('wants another one to be newer than all of them, by a signer of one of them', () => {
    const next = `sha256:${'ef'.repeat(32)}`;
    expect(codes(next, MAIN, daysAgo(1))).toEqual([]);
    expect(codes(next, OTHER, daysAgo(1))).toEqual([]);
    expect(codes(next, MAIN, daysAgo(10))).toEqual(['rolled-back']);
    expect(codes(next, workflow('refs/heads/evil'), daysAgo(1))).toEqual(['signer-changed']);
  });
});

describe('when a verdict is recorded', () => {
  const verified: Verdict = {
    outcome: 'verified',
    reference: REFERENCE,
    digest: DIGEST,
    evidence: [now(), now(workflow('refs/heads/b'), { signedAt: daysAgo(5), claims: undefined })],
    attestations: [],
    warnings: [],
  };

  it('keeps digest, signers and the newest time, under the normalised repository', () => {
    expect(previousVerdictOf(verified)).toEqual({
      repository: REPOSITORY,
      record: {
        digest: DIGEST,
        signers: [{ signer: MAIN, repositoryId: '42', runner: 'github-hosted' }, { signer: workflow('refs/heads/b') }],
        signedAt: daysAgo(1),
      },
    });
  });

  it('finds itself unchanged the next time', () => {
    const record = previousVerdictOf(verified)!.record;
    expect(codesOf(compare({ continuity: 'enforce', rollback: 'enforce' }, holding(...verified.evidence), record))).toEqual([]);
  });

  it.each(['rejected', 'undetermined'] as const)('records nothing of one that is %s, also under an exception', (outcome) => {
    expect(previousVerdictOf({ outcome, reference: REFERENCE, digest: DIGEST, enforcement: 'warn', findings: [FAULT] })).toBeUndefined();
  });
});

describe('when the builder is read from provenance', () => {
  const PROVENANCE = 'https://slsa.dev/provenance/v1';
  it.each<[string, unknown, object]>([
    [PROVENANCE, { runDetails: { builder: { id: 'b' } } }, { builder: 'b' }],
    ['https://slsa.dev/provenance/v0.2', { builder: { id: 'b' } }, { builder: 'b' }],
    ['https://cyclonedx.org/bom', { builder: { id: 'b' } }, {}],
    [PROVENANCE, { runDetails: { builder: { id: 7 } } }, {}],
    [PROVENANCE, { runDetails: { builder: { id: 'x'.repeat(3_000) } } }, {}],
    [PROVENANCE, null, {}],
    [PROVENANCE, 'text', {}],
  ])('takes what SLSA says and nothing else (case %#)', (predicateType, predicate, expected) => {
    expect(builderIn({ predicateType, predicate })).toEqual(expected);
  });
});
