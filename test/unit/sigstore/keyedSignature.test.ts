import { generateKeyPairSync, sign } from 'node:crypto';
import { dsse } from '@sigstore/core';
import { parseLegacySignature } from '../../../verification/sigstore/legacySignature';
import { verifySignature } from '../../../verification/sigstore/verifySignature';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { generateSigningKey } from '../../support/sigstore/services';
import type { KeyPair } from '../../support/sigstore/services';
import { certificatePem, publicKeyPem } from '../../support/sigstore/signers';
import { ORIGIN, findingOf, loadRoot, valueOf, verifyBundle } from '../../support/sigstore/verifying';

const DIGEST = `sha256:${'a'.repeat(64)}`;

let sigstore: LocalSigstore;

beforeAll(async () => {
  sigstore = await createLocalSigstore();
});

const authority = (key: KeyPair) => ({ kind: 'key' as const, publicKeyPem: publicKeyPem(key.publicKey) });
const loggedAuthority = (key: KeyPair) => ({ ...authority(key), trustRoot: loadRoot(sigstore.trustedRootJson) });

const ACCEPTED: readonly (readonly [string, () => KeyPair])[] = [
  ['ECDSA P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ECDSA P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['ECDSA P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', () => generateKeyPairSync('ed25519')],
  ['RSA 2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
];

describe.each(ACCEPTED)('when the authority is a key of type %s', (_type, generate) => {
  it('verifies envelopes with it, and with no other', async () => {
    const key = generate();
    const bundle = await sigstore.signImage({ digest: DIGEST, key });
    const verified = valueOf(verifyBundle(bundle, authority(key)));
    expect(verified.signer).toEqual({ kind: 'key', fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(verified).not.toHaveProperty('signedAt');
    expect(findingOf(verifyBundle(bundle, authority(generate()))).reason).toMatch(/does not fit the content and the key/);
  });

  it('verifies legacy signatures with it, and with no other', async () => {
    const key = generate();
    const { annotations, payload } = await sigstore.signLegacy({ digest: DIGEST, key });
    const candidate = valueOf(parseLegacySignature(annotations, payload, ORIGIN));
    const context = { reference: ORIGIN.reference, policy: 'models', authority: 'key' };
    expect(verifySignature(candidate, authority(key), context).ok).toBe(true);
    expect(verifySignature(candidate, authority(generate()), context).ok).toBe(false);
  });

  it('verifies what the log has seen', async () => {
    const key = generate();
    const verified = valueOf(verifyBundle(await sigstore.signImage({ digest: DIGEST, key, logged: true }), loggedAuthority(key)));
    expect(verified).toMatchObject({ trustRoot: 'local', signedAt: expect.any(String) });
  });
});

describe('when cosign 2 signed with a larger curve and SHA-256', () => {
  it('verifies', async () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const bundle = await sigstore.signImage({ digest: DIGEST, key });
    const envelope = bundle.dsseEnvelope!;
    const encoding = dsse.preAuthEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'));
    const sig = sign('sha256', encoding, key.privateKey).toString('base64');
    expect(verifyBundle({ ...bundle, dsseEnvelope: { ...envelope, signatures: [{ sig }] } }, authority(key)).ok).toBe(true);
  });
});

describe('when the key of the authority cannot be used', () => {
  const key = generateSigningKey();

  it.each<[string, () => string, RegExp]>([
    ['a weak RSA key', () => publicKeyPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), /got rsa 1024/],
    ['a curve of another world', () => publicKeyPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), /got ec secp256k1/],
    ['a key agreement key', () => publicKeyPem(generateKeyPairSync('x25519').publicKey), /got x25519/],
    ['a private key', () => key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), /not a public key in PEM/],
    ['a certificate', () => certificatePem(Buffer.from(sigstore.services.certificateAuthority.rootCertificate.buffer)), /not a public key/],
    ['two keys', () => publicKeyPem(key.publicKey).repeat(2), /not a public key in PEM/],
    ['nothing', () => '', /not a public key in PEM/],
  ])('refuses %s', async (_what, publicKey, reason) => {
    const bundle = await sigstore.signImage({ digest: DIGEST, key });
    const finding = findingOf(verifyBundle(bundle, { kind: 'key', publicKeyPem: publicKey() }));
    expect(finding.code).toBe('signature-invalid');
    expect(finding.reason).toMatch(reason);
  });
});

describe('when the candidate is not what the authority asks for', () => {
  const key = generateSigningKey();

  it('refuses a keyless signature', async () => {
    const bundle = await sigstore.signImage({ digest: DIGEST, identity: { issuer: 'https://issuer.test', subject: 'https://ci.test' } });
    expect(findingOf(verifyBundle(bundle, authority(key))).reason).toMatch(/made with a certificate \(keyless\)/);
  });

  it('refuses a signature that no log has seen, where the authority asks for the log', async () => {
    const bundle = await sigstore.signImage({ digest: DIGEST, key });
    expect(findingOf(verifyBundle(bundle, loggedAuthority(key))).reason).toMatch(/expected 1 transparency log entries, got 0/);
  });

  it('refuses a log entry that names another key', async () => {
    const thief = Buffer.from(publicKeyPem(generateSigningKey().publicKey)).toString('base64');
    const bundle = await sigstore.signImage({
      digest: DIGEST,
      key,
      logged: true,
      logBody: (body) => JSON.parse(JSON.stringify(body).replace(/"verifier":"[^"]+"/, `"verifier":"${thief}"`)) as typeof body,
    });
    expect(findingOf(verifyBundle(bundle, loggedAuthority(key))).reason).toMatch(/names another certificate or key/);
  });

  it('does not look at evidence that it has no trust root for, and states no time from it', async () => {
    const stranger = await createLocalSigstore();
    const bundle = await stranger.signImage({ digest: DIGEST, key, logged: true, timestamped: true });
    const verified = valueOf(verifyBundle(bundle, authority(key)));
    expect(verified).not.toHaveProperty('signedAt');
    expect(verified).not.toHaveProperty('trustRoot');
  });

  it('refuses a changed payload', async () => {
    const bundle = await sigstore.signImage({ digest: DIGEST, key });
    const payload = Buffer.from('{}').toString('base64');
    const finding = findingOf(verifyBundle({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload } }, authority(key)));
    expect(finding.reason).toMatch(/does not fit/);
  });
});
