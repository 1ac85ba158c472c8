import { checkFreshness } from '../../../verification/lifecycle/freshness';
import { NOW, REFERENCE, daysAgo, policy, signature, workflow } from './evidence';

const [ANN, BOB] = [workflow('refs/heads/main', 'ann.yml'), workflow('refs/heads/main', 'bob.yml')];
const limited = (signatureThreshold = 1) =>
  policy({ signatureThreshold, freshness: { maxSignatureAge: { text: '10d', milliseconds: 10 * 86_400_000 } } });
const check = (threshold: number, ...evidence: readonly ReturnType<typeof signature>[]) => {
  const { findings, warnings, evidence: fresh } = checkFreshness(limited(threshold), evidence, REFERENCE, NOW);
  return { codes: findings.map(({ code }) => code), warnings: warnings.map(({ code }) => code), fresh: fresh.length };
};
const signed = (days: number, signer = ANN) => signature(signer, { signedAt: daysAgo(days) });

describe('when a policy limits the age of signatures', () => {
  it.each<[number, readonly string[], readonly string[]]>([
    [0, [], []],
    [6.99, [], []],
    [7, [], ['signature-ageing']],
    [10, [], ['signature-ageing']],
    [10.001, ['signature-too-old'], []],
    [4_000, ['signature-too-old'], []],
    // Policy time may be fixed in the past.
    [-3, [], []],
  ])('decides about one of %s days', (days, codes, warnings) => {
    expect(check(1, signed(days))).toMatchObject({ codes, warnings });
  });

  it('does not count one without trusted time', () => {
    expect(check(1, signature(ANN))).toEqual({ codes: ['signature-untimed'], warnings: [], fresh: 0 });
  });

  it('does not count one whose time cannot be read', () => {
    expect(check(1, signature(ANN, { signedAt: 'yesterday' }))).toMatchObject({ codes: ['signature-too-old'], fresh: 0 });
  });

  it('takes the fresh one of two, without a word about the old one', () => {
    expect(check(1, signed(400), signed(1, BOB))).toEqual({ codes: [], warnings: [], fresh: 1 });
    expect(check(1, signed(9), signed(1, BOB))).toEqual({ codes: [], warnings: [], fresh: 2 });
  });

  it('wants as many fresh ones as the policy wants signers', () => {
    expect(check(2, signed(1), signed(11, BOB))).toMatchObject({ codes: ['signature-too-old'] });
    expect(check(2, signed(1), signature(BOB))).toMatchObject({ codes: ['signature-untimed'] });
    expect(check(2, signed(1), signed(8, BOB))).toEqual({ codes: [], warnings: ['signature-ageing'], fresh: 2 });
  });
});

describe('when a policy does not limit the age', () => {
  it('takes every signature', () => {
    const evidence = [signature(ANN), signed(4_000, BOB)];
    expect(checkFreshness(policy(), evidence, REFERENCE, NOW)).toEqual({ evidence, findings: [], warnings: [] });
  });
});
