import { issueCertificate, CODE_SIGNING_OID, SERVER_AUTH_OID } from '../../support/sigstore/certificates';
import type { CertificateOptions, SubjectName } from '../../support/sigstore/certificates';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { generateSigningKey } from '../../support/sigstore/services';
import { findingOf, loadRoot, valueOf, verifyBundle } from '../../support/sigstore/verifying';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const SUBJECT: SubjectName = { kind: 'uri', value: 'https://ci.test/build' };
const ANY_VALUE = Buffer.from([0x05, 0x00]);

let sigstore: LocalSigstore;

beforeAll(async () => {
  sigstore = await createLocalSigstore();
});

/** Signs with a certificate of the trusted authority that differs from Fulcio's in the given points. */
async function verifyWith(options: Partial<CertificateOptions>) {
  const key = generateSigningKey();
  const certificate = await issueCertificate(sigstore.services, { publicKey: key.publicKey, names: [SUBJECT], ...options });
  return verifyBundle(await sigstore.signImage({ digest: DIGEST, key, certificate }), loadRoot(sigstore.trustedRootJson));
}

describe('when the authority issued a proper certificate', () => {
  it.each<[string, SubjectName]>([
    ['a URI', SUBJECT],
    ['an e-mail address', { kind: 'email', value: 'alice@example.test' }],
  ])('reads %s as the subject', async (_what, name) => {
    const verified = valueOf(await verifyWith({ names: [name] }));
    expect(verified.signer).toEqual({ kind: 'certificate', issuer: 'https://issuer.test', subject: name.value });
  });

  it('allows further usages and further extensions that are not critical', async () => {
    const options = { extendedKeyUsages: [SERVER_AUTH_OID, CODE_SIGNING_OID], extensions: [['1.2.3.4', ANY_VALUE, false]] as const };
    expect((await verifyWith(options)).ok).toBe(true);
  });
});

describe('when the authority issued something else', () => {
  it.each<[string, Partial<CertificateOptions>, RegExp]>([
    ['no certificate transparency proof', { logged: false }, /expected 1 certificate transparency proofs \(SCT\), got 0/],
    ['a certificate authority as leaf', { certificateAuthority: true }, /itself a certificate authority/],
    ['no extended key usage', { extendedKeyUsages: [] }, /code signing, got extended key usage none/],
    ['a server certificate', { extendedKeyUsages: [SERVER_AUTH_OID] }, /got extended key usage 1\.3\.6\.1\.5\.5\.7\.3\.1/],
    ['"any" extended key usage', { extendedKeyUsages: ['2.5.29.37.0'] }, /got extended key usage 2\.5\.29\.37\.0/],
    ['no digital signatures', { digitalSignature: false }, /does not allow digital signatures/],
    ['a critical extension that nobody knows', { extensions: [['1.2.3.4', ANY_VALUE, true]] }, /critical extension 1\.2\.3\.4/],
    [
      'an extension twice',
      {
        extensions: [
          ['1.2.3.4', ANY_VALUE, false],
          ['1.2.3.4', ANY_VALUE, false],
        ],
      },
      /extension 1\.2\.3\.4 twice/,
    ],
    ['two subjects', { names: [SUBJECT, { kind: 'uri', value: 'https://evil.test' }] }, /exactly one subject alternative name/],
    ['a second subject of another kind', { names: [SUBJECT, { kind: 'email', value: 'e@evil.test' }] }, /exactly one subject/],
    ['a host name as subject', { names: [{ kind: 'dns', value: 'ci.test' }] }, /exactly one subject/],
    ['no subject', { names: [] }, /exactly one subject/],
    ['an empty subject', { names: [{ kind: 'uri', value: '' }] }, /exactly one subject/],
    ['a line break in the subject', { names: [{ kind: 'uri', value: 'https://ci.test/build\n' }] }, /exactly one subject/],
    ['no issuer', { issuer: null }, /who authenticated its subject/],
    ['an issuer beyond ASCII', { issuer: 'https://íssuer.test' }, /who authenticated its subject/],
  ])('refuses %s', async (_what, options, reason) => {
    const finding = findingOf(await verifyWith(options));
    expect(finding.code).toBe('signature-invalid');
    expect(finding.reason).toMatch(reason);
  });

  it('refuses a subject that turns into another when the high bit is dropped', async () => {
    const bytes = Buffer.from('https://ci.test/build').map((byte, index) => (index === 8 ? byte | 0x80 : byte));
    // What a reader of seven bits would see:
    expect(Buffer.from(bytes).toString('ascii')).toBe(SUBJECT.value);
    expect(findingOf(await verifyWith({ names: [{ kind: 'uri', value: Buffer.from(bytes) }] })).reason).toMatch(/in ASCII/);
  });
});

describe('when the certificate is no certificate', () => {
  it.each(['AAAA', 'MAA=', 'MIIB'])('refuses the bytes %s', async (rawBytes) => {
    const bundle = await sigstore.signImage({ digest: DIGEST, identity: { issuer: 'https://issuer.test', subject: 'https://ci.test' } });
    const changed = { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, certificate: { rawBytes } } };
    expect(findingOf(verifyBundle(changed, loadRoot(sigstore.trustedRootJson))).code).toBe('signature-invalid');
  });
});
