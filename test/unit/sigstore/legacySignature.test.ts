import { parseLegacySignature } from '../../../verification/sigstore/legacySignature';
import type { SigningAuthority } from '../../../verification/sigstore/types';
import { verifySignature } from '../../../verification/sigstore/verifySignature';
import type { LegacySignatureLayer } from '../../support/sigstore/legacySignatures';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { enterIntoLog, generateSigningKey } from '../../support/sigstore/services';
import { publicKeyPem } from '../../support/sigstore/signers';
import { ORIGIN, findingOf, loadRoot, valueOf } from '../../support/sigstore/verifying';
import { BUNDLE_ANNOTATION, CERTIFICATE_ANNOTATION, CHAIN_ANNOTATION, SIGNATURE_ANNOTATION } from '../../support/sigstore/wireFormats';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IDENTITY = { issuer: 'https://issuer.test', subject: 'https://ci.test/build' };
const LEGACY = { ...ORIGIN, layout: 'legacy-tag' } as const;
const CONTEXT = { reference: ORIGIN.reference, policy: 'models', authority: 'ci' };

let sigstore: LocalSigstore;
let keyless: SigningAuthority;
let layer: LegacySignatureLayer;

beforeAll(async () => {
  sigstore = await createLocalSigstore();
  keyless = { kind: 'keyless', trustRoot: loadRoot(sigstore.trustedRootJson) };
  layer = await sigstore.signLegacy({ digest: DIGEST, identity: IDENTITY });
});

const parse = (annotations: Readonly<Record<string, string>>, payload: Uint8Array = layer.payload) =>
  parseLegacySignature(annotations, payload, LEGACY);
const verify = (annotations: Readonly<Record<string, string>>, authority = keyless, payload: Uint8Array = layer.payload) =>
  verifySignature(valueOf(parse(annotations, payload)), authority, CONTEXT);

describe('when cosign 2 signed without a key', () => {
  it('verifies and returns the payload that was signed', () => {
    const verified = valueOf(verify(layer.annotations));
    expect(verified).toMatchObject({
      signer: { kind: 'certificate', ...IDENTITY },
      trustRoot: 'local',
      candidate: { layout: 'legacy-tag' },
    });
    expect(verified.content).toEqual({ kind: 'message', payload: layer.payload });
    expect(Date.parse(verified.signedAt!)).toBeGreaterThan(Date.now() - 60_000);
  });

  it('does not read the chain annotation: trust comes from the trust root', async () => {
    const stranger = await (await createLocalSigstore()).signLegacy({ digest: DIGEST, identity: IDENTITY });
    const finding = findingOf(verify(stranger.annotations, keyless, stranger.payload));
    expect(stranger.annotations[CHAIN_ANNOTATION]).toContain('BEGIN CERTIFICATE');
    expect(finding.reason).toMatch(/issued by no authority/);
  });

  it('takes the first certificate only', () => {
    const pem = `${layer.annotations[CERTIFICATE_ANNOTATION]!}${layer.annotations[CHAIN_ANNOTATION]!}`;
    expect(verify({ ...layer.annotations, [CERTIFICATE_ANNOTATION]: pem }).ok).toBe(true);
  });

  it('is invalid without the log entry', () => {
    expect(findingOf(verify({ ...layer.annotations, [BUNDLE_ANNOTATION]: '' })).reason).toMatch(
      /expected 1 transparency log entries, got 0/,
    );
  });
});

describe('when parts of different signatures are put together', () => {
  const parts = [SIGNATURE_ANNOTATION, CERTIFICATE_ANNOTATION, BUNDLE_ANNOTATION];

  it.each(parts)('refuses a foreign %s', async (part) => {
    const other = await sigstore.signLegacy({ digest: DIGEST, identity: IDENTITY, annotations: { other: 'yes' } });
    expect(findingOf(verify({ ...layer.annotations, [part]: other.annotations[part]! })).code).toBe('signature-invalid');
  });

  it('refuses a foreign payload', async () => {
    const other = await sigstore.signLegacy({ digest: `sha256:${'b'.repeat(64)}`, identity: IDENTITY });
    expect(findingOf(verify(layer.annotations, keyless, other.payload)).reason).toMatch(/other content/);
  });

  it('refuses the log entry that somebody else made for the same signature', async () => {
    const other = await sigstore.signLegacy({ digest: DIGEST, identity: { ...IDENTITY, subject: 'https://thief.test' } });
    const bundle = JSON.parse(layer.annotations[BUNDLE_ANNOTATION]!) as { Payload: { body: string } };
    const body = JSON.parse(Buffer.from(bundle.Payload.body, 'base64').toString()) as {
      spec: { signature: { publicKey: { content: string } } };
    };
    body.spec.signature.publicKey.content = Buffer.from(other.annotations[CERTIFICATE_ANNOTATION]!).toString('base64');
    const entry = await enterIntoLog(sigstore.services, body);
    const forged = JSON.stringify({
      SignedEntryTimestamp: entry.verification.signedEntryTimestamp,
      Payload: { body: entry.body, integratedTime: entry.integratedTime, logIndex: entry.logIndex, logID: entry.logID },
    });
    const finding = findingOf(verify({ ...layer.annotations, [BUNDLE_ANNOTATION]: forged }));
    expect(finding.reason).toMatch(/names another certificate or key/);
  });
});

describe('when cosign 2 signed with a key', () => {
  const key = generateSigningKey();
  const authority: SigningAuthority = { kind: 'key', publicKeyPem: publicKeyPem(key.publicKey) };

  it('verifies without a log', async () => {
    const signed = await sigstore.signLegacy({ digest: DIGEST, key });
    const verified = valueOf(verify(signed.annotations, authority, signed.payload));
    expect(verified.signer).toEqual({ kind: 'key', fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(verified.signedAt).toBeUndefined();
  });

  it('verifies with the log when the authority has a trust root', async () => {
    const signed = await sigstore.signLegacy({ digest: DIGEST, key, logged: true });
    const withLog: SigningAuthority = { ...authority, trustRoot: loadRoot(sigstore.trustedRootJson) };
    expect(valueOf(verify(signed.annotations, withLog, signed.payload)).trustRoot).toBe('local');
  });

  it('refuses the payload of another signature', async () => {
    const signed = await sigstore.signLegacy({ digest: `sha256:${'b'.repeat(64)}`, key });
    expect(findingOf(verify(signed.annotations, authority)).reason).toMatch(/does not fit the content and the key/);
  });
});

describe('when a layer is malformed', () => {
  const sample = { SignedEntryTimestamp: 'AAAA', Payload: { body: 'e30=', integratedTime: 1, logIndex: 1, logID: 'a'.repeat(64) } };
  const text = (change: object) => JSON.stringify({ ...sample, ...change });

  it.each<[string, string, () => string]>([
    [
      'a public key in the place of the certificate (GHSA-fx35)',
      CERTIFICATE_ANNOTATION,
      () => publicKeyPem(generateSigningKey().publicKey),
    ],
    [
      'a public key before the certificate',
      CERTIFICATE_ANNOTATION,
      () => publicKeyPem(generateSigningKey().publicKey) + layer.annotations[CERTIFICATE_ANNOTATION]!,
    ],
    ['a certificate that is none', CERTIFICATE_ANNOTATION, () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['an empty signature', SIGNATURE_ANNOTATION, () => ''],
    ['a signature that is not base64', SIGNATURE_ANNOTATION, () => 'AAAA AAAA'],
    ['an endless signature', SIGNATURE_ANNOTATION, () => 'AAAA'.repeat(10_000)],
    ['a log entry that is not JSON', BUNDLE_ANNOTATION, () => '{'],
    ['a log entry without promise', BUNDLE_ANNOTATION, () => text({ SignedEntryTimestamp: undefined })],
    ['a log entry with a foreign log ID', BUNDLE_ANNOTATION, () => text({ Payload: { ...sample.Payload, logID: 'zz' } })],
    ['a log entry with a negative index', BUNDLE_ANNOTATION, () => text({ Payload: { ...sample.Payload, logIndex: -1 } })],
    ['a log entry with a time as text', BUNDLE_ANNOTATION, () => text({ Payload: { ...sample.Payload, integratedTime: '1' } })],
    ['a log entry whose body has no kind', BUNDLE_ANNOTATION, () => text({})],
    ['a timestamp that is not JSON', 'dev.sigstore.cosign/rfc3161timestamp', () => 'x'],
  ])('refuses %s', (_what, annotation, value) => {
    const finding = findingOf(parse({ ...layer.annotations, [annotation]: value() }));
    expect(finding).toMatchObject({ code: 'signature-malformed', layout: 'legacy-tag' });
    expect(finding.reason).toContain(annotation);
  });

  it('refuses a payload of more than 1 MiB', () => {
    expect(findingOf(parse(layer.annotations, Buffer.alloc(1024 * 1024 + 1))).reason).toMatch(/at most 1048576 bytes/);
  });

  it('reads own annotations only', () => {
    expect(findingOf(parse(Object.create(layer.annotations) as Record<string, string>)).reason).toMatch(/is missing/);
  });
});
