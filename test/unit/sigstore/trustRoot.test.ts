import { loadTrustRootFile } from '../../../verification/sigstore/trustRoot';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { TrustedRootJson } from '../../support/sigstore/trustedRoot';
import { DEFAULT_THRESHOLDS, findingOf, valueOf } from '../../support/sigstore/verifying';

let good: TrustedRootJson;

beforeAll(async () => {
  good = (await createLocalSigstore()).trustedRootJson;
});

const load = (json: unknown, thresholds = DEFAULT_THRESHOLDS) =>
  loadTrustRootFile(Buffer.from(JSON.stringify(json)), { name: 'private', thresholds });

describe('when a trusted root is complete', () => {
  it('loads it under its name and thresholds', () => {
    const root = valueOf(load(good));
    expect(root).toMatchObject({ name: 'private', thresholds: DEFAULT_THRESHOLDS });
    expect(root.material.certificateAuthorities).toHaveLength(1);
  });

  it('needs no logs when the thresholds ask for none', () => {
    const thresholds = { transparencyLog: 0, certificateTransparency: 0, timestamps: 1 };
    expect(load({ ...good, tlogs: [], ctlogs: [] }, thresholds).ok).toBe(true);
  });
});

describe('when a trusted root is incomplete', () => {
  const log = () => good.tlogs[0]!;
  const authority = () => good.certificateAuthorities[0]!;

  it.each<[string, () => unknown, RegExp]>([
    ['no certificate authorities', () => ({ ...good, certificateAuthorities: [] }), /certificateAuthorities is empty/],
    [
      'an authority without a start',
      () => ({ ...good, certificateAuthorities: [{ ...authority(), validFor: undefined }] }),
      /certificateAuthorities\[0\]\.validFor\.start is missing/,
    ],
    [
      'an authority with an end only',
      () => ({ ...good, certificateAuthorities: [{ ...authority(), validFor: { end: '2030-01-01T00:00:00Z' } }] }),
      /validFor\.start is missing/,
    ],
    [
      'an authority whose start is not a date',
      () => ({ ...good, certificateAuthorities: [{ ...authority(), validFor: { start: 'yesterday' } }] }),
      /validFor\.start is not a date/,
    ],
    [
      'an authority without certificates',
      () => ({ ...good, certificateAuthorities: [{ ...authority(), certChain: { certificates: [] } }] }),
      /certChain has no certificates/,
    ],
    [
      'a timestamp authority without a start',
      () => ({ ...good, timestampAuthorities: [{ ...good.timestampAuthorities[0], validFor: {} }] }),
      /timestampAuthorities\[0\]\.validFor\.start is missing/,
    ],
    [
      'a log without a start',
      () => ({ ...good, tlogs: [{ ...log(), publicKey: { ...log().publicKey, validFor: {} } }] }),
      /tlogs\[0\]\.publicKey\.validFor\.start is missing/,
    ],
    [
      'a certificate log without a start',
      () => ({ ...good, ctlogs: [{ ...log(), publicKey: { ...log().publicKey, validFor: {} } }] }),
      /ctlogs\[0\]\.publicKey\.validFor\.start is missing/,
    ],
    ['a log without a key', () => ({ ...good, tlogs: [{ ...log(), publicKey: undefined }] }), /tlogs\[0\]\.publicKey is missing/],
    ['a log without an ID', () => ({ ...good, tlogs: [{ ...log(), logId: undefined }] }), /tlogs\[0\]\.logId is missing/],
    [
      'a log whose key is none',
      () => ({ ...good, tlogs: [{ ...log(), publicKey: { ...log().publicKey, rawBytes: 'AAAA' } }] }),
      /cannot be read/,
    ],
    [
      'an authority whose certificate is none',
      () => ({ ...good, certificateAuthorities: [{ ...authority(), certChain: { certificates: [{ rawBytes: 'AAAA' }] } }] }),
      /cannot be read/,
    ],
    ['a signing configuration', () => ({ mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json' }), /signingconfig/],
    ['an array', () => [good], /media type none/],
    ['null', () => null, /media type none/],
  ])('refuses %s', (_what, build, reason) => {
    const finding = findingOf(load(build()));
    expect(finding).toMatchObject({ code: 'trust-root-unavailable', trustRoot: 'private' });
    expect(finding.reason).toMatch(reason);
  });

  it('refuses text that is not JSON', () => {
    const finding = findingOf(loadTrustRootFile(Buffer.from('<html>'), { name: 'private', thresholds: DEFAULT_THRESHOLDS }));
    expect(finding.reason).toMatch(/not JSON/);
  });
});

describe('when a threshold can never be met', () => {
  it.each([
    ['transparencyLog', /2 transparency logs, it names 1/],
    ['certificateTransparency', /2 certificate transparency logs, it names 1/],
    ['timestamps', /3 sources of trusted time, it names 2/],
  ] as const)('says so for %s, and does not leave it to blame the signer', (threshold, reason) => {
    const finding = findingOf(load(good, { ...DEFAULT_THRESHOLDS, [threshold]: threshold === 'timestamps' ? 3 : 2 }));
    expect(finding.code).toBe('trust-root-unavailable');
    expect(finding.reason).toMatch(reason);
  });
});
