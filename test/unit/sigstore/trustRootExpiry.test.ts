import { loadEmbeddedSeed } from '../../../verification/sigstore/embeddedSeed';
import { loadTrustRootFile } from '../../../verification/sigstore/trustRoot';
import { trustRootExpiry } from '../../../verification/sigstore/trustRootExpiry';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { TrustedRootJson } from '../../support/sigstore/trustedRoot';
import { DEFAULT_THRESHOLDS, loadRoot, valueOf } from '../../support/sigstore/verifying';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = new Date();
const inDays = (days: number): string => new Date(NOW.getTime() + days * DAY_MS).toISOString();
const start = '2020-01-01T00:00:00Z';

let root: TrustedRootJson;
beforeAll(async () => {
  root = (await createLocalSigstore()).trustedRootJson;
});

const logs = (...ends: readonly (string | undefined)[]) => {
  const [log] = root.tlogs;
  return ends.map((end) => ({ ...log!, publicKey: { ...log!.publicKey, validFor: { start, ...(end && { end }) } } }));
};
const authorities = (...ends: readonly string[]) => ends.map((end) => ({ ...root.certificateAuthorities[0]!, validFor: { start, end } }));
const expiring = (fields: Partial<TrustedRootJson>, thresholds: Partial<typeof DEFAULT_THRESHOLDS> = {}, now = NOW) =>
  trustRootExpiry(loadRoot({ ...root, ...fields }, thresholds), now).map(({ part, expires, hasEnded }) => [part, expires, hasEnded]);

describe('when parts of a trust root end', () => {
  it.each<[string, () => Partial<TrustedRootJson>, readonly unknown[]]>([
    ['nothing ends', () => ({}), []],
    ['a log ends in 31 days', () => ({ tlogs: logs(inDays(31)) }), []],
    ['a log ends in 29 days', () => ({ tlogs: logs(inDays(29)) }), [['transparency log', inDays(29), false]]],
    ['a log has ended', () => ({ tlogs: logs(inDays(-1)) }), [['transparency log', inDays(-1), true]]],
    ['a retired log is beside one that goes on', () => ({ tlogs: logs(inDays(-99), undefined) }), []],
    ['the last of two logs ends soon', () => ({ tlogs: logs(inDays(3), inDays(9)) }), [['transparency log', inDays(9), false]]],
    ['a CT log ends soon', () => ({ ctlogs: logs(inDays(2)) }), [['certificate transparency log', inDays(2), false]]],
    [
      'a certificate authority ends soon',
      () => ({ certificateAuthorities: authorities(inDays(-9), inDays(4)) }),
      [['certificate authority', inDays(4), false]],
    ],
  ])('tells it in time: %s', (_what, fields, expected) => {
    expect(expiring(fields())).toEqual(expected);
  });

  it('looks at the certificates of an authority as well, whose chain ends with the first of them', () => {
    // Those of the local Sigstore are valid for 365 days.
    expect(expiring({}, {}, new Date(NOW.getTime() + 330 * DAY_MS))).toEqual([]);
    const found = expiring({}, {}, new Date(NOW.getTime() + 340 * DAY_MS));
    expect(found.map(([part]) => part)).toEqual(['certificate authority', 'timestamp authority']);
  });

  it('says nothing of a log that no signature needs', () => {
    expect(expiring({ tlogs: logs(inDays(1)), ctlogs: logs(inDays(1)) }, { transparencyLog: 0, certificateTransparency: 0 })).toEqual([]);
  });
});

it('says nothing of the public-good root that the installed client carries', async () => {
  const seed = (await loadEmbeddedSeed('https://tuf-repo-cdn.sigstore.dev'))!;
  const loaded = valueOf(loadTrustRootFile(seed.trustedRoot, { name: 'public-good', thresholds: DEFAULT_THRESHOLDS }));
  expect(trustRootExpiry(loaded, new Date('2026-11-25T00:00:00Z'))).toEqual([]);
});
