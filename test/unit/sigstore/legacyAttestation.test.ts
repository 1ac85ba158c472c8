import { parseLegacyAttestation } from '../../../verification/sigstore/legacyAttestation';
import type { SigningAuthority } from '../../../verification/sigstore/types';
import { verifySignature } from '../../../verification/sigstore/verifySignature';
import { changePayload, legacyAttestationLayer } from '../../support/sigstore/legacyAttestations';
import type { LegacyAttestationLayer } from '../../support/sigstore/legacyAttestations';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { AttestOptions, LocalSigstore } from '../../support/sigstore/localSigstore';
import type { LogBody } from '../../support/sigstore/logBodies';
import { generateSigningKey } from '../../support/sigstore/services';
import { publicKeyPem } from '../../support/sigstore/signers';
import { ORIGIN, findingOf, loadRoot, valueOf } from '../../support/sigstore/verifying';
import { BUNDLE_ANNOTATION } from '../../support/sigstore/wireFormats';

/** Attestations of `cosign attest` before 2.2.3, whose log entries record the envelope as a whole. */
const IDENTITY = { issuer: 'https://issuer.test', subject: 'https://ci.test/build' };
const CONTEXT = { reference: ORIGIN.reference, policy: 'models', authority: 'ci' };
const TYPE = 'https://acme.example/review/v1';

let sigstore: LocalSigstore;
let keyless: SigningAuthority;
beforeAll(async () => {
  sigstore = await createLocalSigstore();
  keyless = { kind: 'keyless', trustRoot: loadRoot(sigstore.trustedRootJson) };
});

const attest = (fields: Partial<AttestOptions> = {}) =>
  legacyAttestationLayer(sigstore, {
    digest: `sha256:${'a'.repeat(64)}`,
    identity: IDENTITY,
    predicateType: TYPE,
    predicate: { reviewed: true },
    entryKind: 'intoto 0.0.1',
    ...fields,
  } as AttestOptions);

const candidateOf = ({ annotations, envelope }: LegacyAttestationLayer) =>
  valueOf(parseLegacyAttestation(annotations, envelope, { ...ORIGIN, layout: 'legacy-tag' }));
const verify = (layer: LegacyAttestationLayer, authority = keyless) => verifySignature(candidateOf(layer), authority, CONTEXT);
const reason = (layer: LegacyAttestationLayer, authority = keyless) => findingOf(verify(layer, authority)).reason;

/** The layer with its log entry changed. */
function withEntry(
  layer: LegacyAttestationLayer,
  change: (entry: { SignedEntryTimestamp: string; Payload: Record<string, unknown> }) => void,
) {
  const entry = JSON.parse(layer.annotations[BUNDLE_ANNOTATION] ?? '');
  change(entry);
  return { ...layer, annotations: { ...layer.annotations, [BUNDLE_ANNOTATION]: JSON.stringify(entry) } };
}
const entryOf = (layer: LegacyAttestationLayer) => layer.annotations[BUNDLE_ANNOTATION] ?? '';
const withEntryOf = (layer: LegacyAttestationLayer, other: LegacyAttestationLayer) => ({
  ...layer,
  annotations: { ...layer.annotations, [BUNDLE_ANNOTATION]: entryOf(other) },
});

describe('when the log entry is of kind intoto 0.0.1', () => {
  it('is verified, with the time of the log', async () => {
    const verified = valueOf(verify(await attest()));
    expect(verified).toMatchObject({ signer: { kind: 'certificate', ...IDENTITY }, trustRoot: 'local', content: { kind: 'dsse' } });
    expect(Date.parse(verified.signedAt!)).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is verified for a key that must be in the log', async () => {
    const key = generateSigningKey();
    const layer = await attest({ identity: undefined, key, logged: true } as Partial<AttestOptions>);
    const { trustRoot } = keyless as Extract<SigningAuthority, { kind: 'keyless' }>;
    expect(verify(layer, { kind: 'key', publicKeyPem: publicKeyPem(key.publicKey), trustRoot }).ok).toBe(true);
    const other = publicKeyPem(generateSigningKey().publicKey);
    expect(reason(layer, { kind: 'key', publicKeyPem: other, trustRoot })).toMatch(/does not fit the content and the key/);
  });

  it('refuses the entry of another envelope by the same signer', async () => {
    expect(reason(withEntryOf(await attest(), await attest({ predicate: { reviewed: false } })))).toMatch(/about another envelope/);
  });

  it('refuses the entry of the same statement in an envelope signed anew', async () => {
    expect(reason(withEntryOf(await attest(), await attest()))).toMatch(/about another envelope/);
  });

  it('refuses another payload under the signature, and the same fields in other bytes', async () => {
    const layer = await attest();
    expect(reason({ ...layer, envelope: changePayload(layer.envelope) })).toMatch(/about another envelope/);
    const spaced = Buffer.from(layer.envelope.toString().replace('{', '{ '));
    expect(reason({ ...layer, envelope: spaced })).toMatch(/about another envelope/);
  });

  it('refuses an entry of this envelope under another certificate or key (CVE-2026-22703)', async () => {
    const stranger = Buffer.from(publicKeyPem(generateSigningKey().publicKey)).toString('base64');
    const logBody = (body: LogBody): LogBody => ({ ...body, spec: { ...body.spec, publicKey: stranger } });
    expect(reason(await attest({ logBody }))).toMatch(/names another certificate or key/);
  });

  it.each([
    ['no digest', {}],
    ['a digest of another kind', { hash: { algorithm: 'sha1', value: 'x' } }],
    ['the digest of the payload alone', { payloadHash: { algorithm: 'sha256', value: 'x' } }],
  ])('refuses an entry with %s', async (_what, content) => {
    const logBody = (body: LogBody): LogBody => ({ ...body, spec: { ...body.spec, content } });
    expect(reason(await attest({ logBody }))).toMatch(/about another envelope/);
  });

  it.each<[string, Parameters<typeof withEntry>[1]]>([
    ['another time', ({ Payload }) => (Payload['integratedTime'] = Number(Payload['integratedTime']) + 1)],
    ['another index', ({ Payload }) => (Payload['logIndex'] = Number(Payload['logIndex']) + 1)],
    ['another log', ({ Payload }) => (Payload['logID'] = '0'.repeat(64))],
    ['no promise', (entry) => (entry.SignedEntryTimestamp = Buffer.from('x').toString('base64'))],
    ['another body', ({ Payload }) => (Payload['body'] = Buffer.from(JSON.stringify({ ...bodyOf(Payload), more: 1 })).toString('base64'))],
  ])('refuses an entry with %s than the log promised', async (_what, change) => {
    expect(reason(withEntry(await attest(), change))).toMatch(/promise of the transparency log is by no log/);
  });

  it('refuses the promise of a log that the trust root does not name', async () => {
    const stranger = await createLocalSigstore();
    const { tlogs } = stranger.trustedRootJson;
    const trustRoot = loadRoot({ ...sigstore.trustedRootJson, tlogs });
    expect(reason(await attest(), { kind: 'keyless', trustRoot })).toMatch(/promise of the transparency log is by no log/);
  });

  it('refuses the promise of a log key that was retired by then (CVE-2026-54787)', async () => {
    const validFor = { start: '2000-01-01T00:00:00Z', end: '2001-01-01T00:00:00Z' };
    const tlogs = sigstore.trustedRootJson.tlogs.map((log) => ({ ...log, publicKey: { ...log.publicKey, validFor } }));
    const trustRoot = loadRoot({ ...sigstore.trustedRootJson, tlogs });
    expect(reason(await attest(), { kind: 'keyless', trustRoot })).toMatch(/promise of the transparency log is by no log/);
  });

  it('counts it as one witness, and no more', async () => {
    const tlogs = [...sigstore.trustedRootJson.tlogs, ...(await createLocalSigstore()).trustedRootJson.tlogs];
    const trustRoot = loadRoot({ ...sigstore.trustedRootJson, tlogs }, { transparencyLog: 2 });
    expect(reason(await attest(), { kind: 'keyless', trustRoot })).toMatch(/expected 2 transparency log entries, got 1/);
  });

  it('refuses a time outside of the certificate', async () => {
    const integratedTime = new Date(Date.now() - 30 * 60 * 1000);
    expect(reason(await attest({ integratedTime }))).toMatch(/certificate was not valid at the time/);
  });

  it('keeps results apart that rest on different bytes', async () => {
    const layer = await attest();
    const spaced = { ...layer, envelope: Buffer.from(layer.envelope.toString().replace('{', '{ ')) };
    expect(candidateOf(spaced).sha256).not.toBe(candidateOf(layer).sha256);
  });
});

const bodyOf = (payload: Record<string, unknown>): object =>
  JSON.parse(Buffer.from(String(payload['body']), 'base64').toString()) as object;
