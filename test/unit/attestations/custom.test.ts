import { COSIGN_CUSTOM_PREDICATE_TYPE } from '../../../verification/attestations/model/modelCard';
import type { CustomPredicateCheck, VerifiedAttestation } from '../../../verification/attestations/types';
import { customCheck } from '../../../verification/checks/attestations/customCheck';
import { customSchema } from '../../../verification/trust-policy/requirements/custom';
import { NOW, attestation, byKey, context, inData, older, told, untimed } from './modelCardAttestations';

const TYPE = 'https://acme.test/red-team/v1';
const PREDICATE = { decision: 'approved', level: 2, final: true, results: [{ status: 'ok' }], reviewer: 'ann@acme.test' };

const check = (fields: readonly object[] | undefined, ...attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]]) => {
  const requirement = customSchema.parse({ predicateType: attestations[0].predicateType, ...(fields && { fields }) });
  return customCheck.check(requirement, attestations, context());
};
const redTeam = (predicate: unknown = PREDICATE) => attestation(TYPE, predicate);

describe('when a field of an attestation of a user is asked for', () => {
  it.each<[string, object]>([
    ['equals', { path: 'decision', equals: 'approved' }],
    ['equals a number', { path: 'level', equals: 2 }],
    ['equals a truth value', { path: 'final', equals: true }],
    ['one of', { path: 'level', oneOf: ['high', 2] }],
    ['a pattern', { path: 'reviewer', pattern: '[a-z]+@acme\\.test' }],
    ['in a list', { path: 'results.0.status', equals: 'ok' }],
  ])('holds: %s', (_name, field) => {
    const one = redTeam();
    expect(check([field], one)).toEqual({ findings: [], warnings: [], used: [one] });
  });

  it.each<[string, object]>([
    ['another value', { path: 'decision', equals: 'rejected' }],
    ['another case', { path: 'decision', equals: 'Approved' }],
    ['a text for a number', { path: 'level', equals: '2' }],
    ['a text for a truth value', { path: 'final', equals: 'true' }],
    ['none of', { path: 'level', oneOf: [1, 3] }],
    ['a pattern for a part', { path: 'reviewer', pattern: 'acme' }],
    ['a pattern with an alternative that would escape', { path: 'decision', pattern: 'x|appr' }],
    ['a pattern over a number', { path: 'level', pattern: '2' }],
    ['a missing field', { path: 'verdict', equals: 'approved' }],
    ['beyond a list', { path: 'results.1.status', equals: 'ok' }],
    ['the length of a list', { path: 'results.length', equals: 1 }],
    ['into a text', { path: 'decision.length', equals: 8 }],
    ['what every object has', { path: 'constructor.name', equals: 'Object' }],
    ['the prototype', { path: '__proto__.constructor.name', equals: 'Object' }],
    ['a mapping', { path: 'results', equals: '[object Object]' }],
  ])('does not hold: %s', (_name, field) => {
    const result = check([field], redTeam());
    expect(told(result)).toEqual([`attestation-field-mismatch ${(field as { path: string }).path}`]);
    expect(result.used).toEqual([]);
  });

  it('tells every field', () => {
    const fields = ['a', 'b'].map((path) => ({ path, equals: 1 }));
    expect(told(check(fields, redTeam()))).toEqual(['attestation-field-mismatch a', 'attestation-field-mismatch b']);
  });

  it('runs no pattern over a novel', () => {
    expect(told(check([{ path: 'text', pattern: 'a*' }], redTeam({ text: 'a'.repeat(10_000) })))).toEqual([
      'attestation-field-mismatch text',
    ]);
  });

  it.each([null, 7, 'text', [], undefined])('does not hold for a predicate that is no mapping: %j', (predicate) => {
    expect(told(check([{ path: 'decision', equals: 'approved' }], attestation(TYPE, predicate)))).toEqual([
      'attestation-field-mismatch decision',
    ]);
  });
});

describe('when no field is asked for', () => {
  it('is enough that it is there', () => expect(check(undefined, redTeam({})).findings).toEqual([]));
});

describe('when the attestation is one of cosign, with a document as text', () => {
  const fields = [
    { path: 'Data.decision', equals: 'approved' },
    { path: 'Timestamp', pattern: '2026-.*' },
  ];
  it.each(['decision: approved', '{"decision":"approved"}'])('looks into it: %s', (text) => {
    expect(check(fields, inData(text)).findings).toEqual([]);
  });
  it('takes the text as a whole for Data alone', () => {
    expect(check([{ path: 'Data', equals: 'decision: approved' }], inData('decision: approved')).findings).toEqual([]);
  });
  it.each(['{decision: [', 'decision: approved\ndecision: rejected', '{"decision":"rejected","decision":"approved"}'])(
    'is malformed if it cannot be read as one thing: %j',
    (text) => expect(told(check(fields, inData(text)))).toEqual(['predicate-malformed Data']),
  );
  it('looks into Data of no other type', () => {
    const other = attestation(TYPE, { Data: 'decision: approved' });
    expect(told(check(fields.slice(0, 1), other))).toEqual(['attestation-field-mismatch Data.decision']);
    expect(COSIGN_CUSTOM_PREDICATE_TYPE).not.toBe(TYPE);
  });
});

describe('when there are several', () => {
  const fields = [{ path: 'decision', equals: 'approved' }];
  const rejected = redTeam({ decision: 'rejected' });
  it('lets the newest decide, and those of unknown age with it', () => {
    expect(check(fields, redTeam(), older(rejected)).findings).toEqual([]);
    expect(told(check(fields, rejected, older(redTeam())))).toEqual(['attestation-field-mismatch decision']);
    expect(told(check(fields, byKey(redTeam()), older(byKey(rejected))))).toEqual(['attestation-field-mismatch decision']);
    expect(told(check(fields, redTeam(), untimed(rejected)))).toEqual(['attestation-field-mismatch decision']);
  });
});

describe('when there is a check in code', () => {
  const requirement = customSchema.parse({ predicateType: TYPE });
  const run = (name: string, customCheckInCode: CustomPredicateCheck) =>
    customCheck.check(requirement, [redTeam()], { ...context(), customChecks: new Map([[name, customCheckInCode]]) });

  it('decides, with the verified attestation and the policy time in hand', () => {
    const decided = run('card', ({ predicate }, { now }) => (predicate === PREDICATE && now === NOW ? ['open issues are left'] : []));
    expect(decided).toMatchObject({ findings: [{ code: 'attestation-field-mismatch', found: 'open issues are left' }], used: [] });
    expect(run('card', () => []).findings).toEqual([]);
  });

  it('is only for the requirement of its name', () => expect(run('other', () => ['never']).findings).toEqual([]));

  it('lets nothing through by throwing', () => {
    const broken = () => {
      throw new Error('a bug of the user');
    };
    expect(() => run('card', broken)).toThrow('a bug of the user');
  });
});

describe('when the requirement is written', () => {
  it.each<[string, object]>([
    ['nothing to compare with', { path: 'a' }],
    ['two things', { path: 'a', equals: 1, oneOf: [1] }],
    ['an empty list', { path: 'a', oneOf: [] }],
    ['a mapping', { path: 'a', equals: {} }],
    ['null', { path: 'a', equals: null }],
    ['a broken pattern', { path: 'a', pattern: '(' }],
    ['a pattern that leaves its group', { path: 'a', pattern: 'a)|(b' }],
    ['an empty path', { path: '', equals: 1 }],
    ['an empty part of a path', { path: 'a..b', equals: 1 }],
    ['an unknown key', { path: 'a', equal: 1 }],
  ])('is refused: %s', (_name, field) => {
    expect(customSchema.safeParse({ predicateType: TYPE, fields: [field] }).success).toBe(false);
  });
  it('is refused without fields in the list', () => {
    expect(customSchema.safeParse({ predicateType: TYPE, fields: [] }).success).toBe(false);
  });
});
