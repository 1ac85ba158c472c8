import { bundleFromJSON } from '@sigstore/bundle';
import fc from 'fast-check';
import { parseBundle } from '../../../verification/sigstore/bundle';
import type { BundleJson } from '../../support/sigstore/bundles';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import { ORIGIN, findingOf, valueOf } from '../../support/sigstore/verifying';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IDENTITY = { issuer: 'https://issuer.test', subject: 'https://ci.test/build' };

const parse = (json: unknown) => parseBundle(Buffer.from(JSON.stringify(json)), ORIGIN);

let good: BundleJson;
let material: BundleJson['verificationMaterial'];

beforeAll(async () => {
  good = await (await createLocalSigstore()).signImage({ digest: DIGEST, identity: IDENTITY });
  material = good.verificationMaterial;
});

describe('when a bundle is well formed', () => {
  it.each(['0.1', '0.2', '0.3'] as const)('reads version %s', async (version) => {
    const bundle = await (await createLocalSigstore()).signImage({ digest: DIGEST, identity: IDENTITY, version });
    const candidate = valueOf(parse(bundle));
    expect(candidate).toMatchObject({ layout: 'bundle-referrer', source: 'sha256:source', bundle: { mediaType: bundle.mediaType } });
  });

  it('is read as the library reads it, to the last field', async () => {
    const sigstore = await createLocalSigstore();
    const signed = await sigstore.signImage({ digest: DIGEST, identity: IDENTITY, timestamped: true });
    for (const bundle of [good, signed]) {
      expect(valueOf(parse(bundle)).bundle).toEqual(bundleFromJSON(bundle));
    }
  });

  it('reads what protojson reads: names of the proto file, numbers as numbers, null for nothing, both alphabets of base64', () => {
    const text = JSON.stringify(good)
      .replace('"payloadType"', '"payload_type"')
      .replace(/"integratedTime":"(\d+)"/, '"integratedTime":$1')
      .replace(/^{/, '{"messageSignature":null,')
      .replace(/"sig":"([^"]*)"/, (_all, sig: string) => `"sig":"${Buffer.from(sig, 'base64').toString('base64url')}"`);
    expect(valueOf(parseBundle(Buffer.from(text), ORIGIN)).bundle).toEqual(bundleFromJSON(good));
  });

  it('reads the older spelling of version 0.3', () => {
    expect(parse({ ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.3' }).ok).toBe(true);
  });
});

describe('when a bundle is malformed', () => {
  const tlogEntry = () => material.tlogEntries[0]!;
  const withMaterial = (change: object) => ({ ...good, verificationMaterial: { ...material, ...change } });

  it.each<[string, () => unknown, RegExp]>([
    ['an unknown version', () => ({ ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=9.9' }), /version=9\.9/],
    ['a version that only begins like one', () => ({ ...good, mediaType: `${good.mediaType}x` }), /expected a Sigstore bundle/],
    ['no version', () => ({ ...good, mediaType: undefined }), /media type none/],
    [
      'version 0.3 with a chain',
      () => withMaterial({ certificate: undefined, x509CertificateChain: { certificates: [material.certificate] } }),
      /verificationMaterial\.content/,
    ],
    ['no key material', () => withMaterial({ certificate: undefined }), /verificationMaterial\.content/],
    ['no content', () => ({ ...good, dsseEnvelope: undefined }), /content/],
    ['no signature', () => ({ ...good, dsseEnvelope: { ...good.dsseEnvelope, signatures: [] } }), /signatures/],
    [
      'two signatures',
      () => ({ ...good, dsseEnvelope: { ...good.dsseEnvelope, signatures: [1, 2].map(() => good.dsseEnvelope!.signatures[0]) } }),
      /signatures/,
    ],
    ['a log entry without proof', () => withMaterial({ tlogEntries: [{ ...tlogEntry(), inclusionProof: undefined }] }), /inclusionProof/],
    ['a log entry that is null', () => withMaterial({ tlogEntries: [null] }), /cannot be read/],
    ['an array', () => [good], /media type none/],
    ['null', () => null, /media type none/],
  ])('refuses %s', (_what, build, reason) => {
    const finding = findingOf(parse(build()));
    expect(finding).toMatchObject({ code: 'signature-malformed', reference: ORIGIN.reference, source: ORIGIN.source });
    expect(finding.reason).toMatch(reason);
  });

  it.each(['', '{', '<html>', '\u0000\u0001', '[[[['])('refuses text that is not JSON: %j', (text) => {
    expect(findingOf(parseBundle(Buffer.from(text), ORIGIN)).reason).toMatch(/not JSON/);
  });
});

describe('when a bundle is made to exhaust the reader', () => {
  it.each<[string, () => object, RegExp]>([
    ['100,000 log entries', () => ({ tlogEntries: Array<unknown>(100_000).fill({}) }), /at most 32 log entries, got 100000/],
    [
      '33 timestamps',
      () => ({ timestampVerificationData: { rfc3161Timestamps: Array<unknown>(33).fill({ signedTimestamp: 'AA==' }) } }),
      /at most 32 timestamps, got 33/,
    ],
    [
      'a chain of 11',
      () => ({ certificate: undefined, x509CertificateChain: { certificates: Array<unknown>(11).fill(material.certificate) } }),
      /at most 10 certificates, got 11/,
    ],
    [
      'a proof of 129 hashes',
      () => ({
        tlogEntries: [
          {
            ...material.tlogEntries[0],
            inclusionProof: { ...material.tlogEntries[0]!.inclusionProof, hashes: Array<string>(129).fill('AA==') },
          },
        ],
      }),
      /at most 128 hashes/,
    ],
    ['a certificate of 1 MiB', () => ({ certificate: { rawBytes: 'A'.repeat(1024 * 1024) } }), /characters of certificate/],
    [
      'a timestamp of 1 MiB',
      () => ({ timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'A'.repeat(1024 * 1024) }] } }),
      /characters of timestamp/,
    ],
  ])('refuses %s', (_what, change, reason) => {
    const finding = findingOf(parse({ ...good, verificationMaterial: { ...material, ...change() } }));
    expect(finding.code).toBe('signature-malformed');
    expect(finding.reason).toMatch(reason);
  });

  it('refuses more bytes than a bundle may have, without reading them', () => {
    expect(findingOf(parseBundle(Buffer.alloc(16 * 1024 * 1024 + 1, ' '), ORIGIN)).reason).toMatch(/at most 16777216 bytes/);
  });
});

describe('when anything at all is given as a bundle', () => {
  it('answers with a result and never throws', () => {
    fc.assert(fc.property(fc.json(), (text) => !parseBundle(Buffer.from(text), ORIGIN).ok));
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof parse({ ...good, verificationMaterial: value }).ok === 'boolean'));
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof parse({ ...good, dsseEnvelope: value }).ok === 'boolean'));
  });
});
