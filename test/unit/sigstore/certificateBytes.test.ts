import { EXTENSION_OID_SCT, X509Certificate } from '@sigstore/core';
import { keepBytes, withoutStackTraces } from '../../../verification/sigstore/certificateBytes';
import { issueCertificate } from '../../support/sigstore/certificates';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import { generateSigningKey } from '../../support/sigstore/services';

let der: Buffer<ArrayBuffer>;
let rootDer: Buffer<ArrayBuffer>;

beforeAll(async () => {
  const { services } = await createLocalSigstore();
  const names = [{ kind: 'uri', value: 'https://ci.test/build' }] as const;
  const { buffer, byteOffset, byteLength } = services.certificateAuthority.rootCertificate;
  rootDer = Buffer.from(buffer, byteOffset, byteLength);
  der = Buffer.from(await issueCertificate(services, { publicKey: generateSigningKey().publicKey, names }));
});

/** As the check of the certificate transparency log does. */
function withoutSct(certificate: X509Certificate): X509Certificate {
  const clone = certificate.clone();
  const position = clone.extensions.findIndex((extension) => extension.subs[0]?.toOID() === EXTENSION_OID_SCT);
  expect(position).toBeGreaterThanOrEqual(0);
  clone.extensions.splice(position, 1);
  return clone;
}

function kept(): X509Certificate {
  const certificate = X509Certificate.parse(der);
  keepBytes(certificate);
  return certificate;
}

describe('a certificate that keeps its bytes', () => {
  it('answers with what it was read from', () => {
    expect(kept().root.toDER().equals(der)).toBe(true);
    expect(kept().tbsCertificate.toDER().equals(X509Certificate.parse(der).tbsCertificate.toDER())).toBe(true);
  });

  it('has a copy whose extensions can be taken out, for the same bytes as the library makes', () => {
    const ours = withoutSct(kept()).tbsCertificate.toDER();
    expect(ours.equals(withoutSct(X509Certificate.parse(der)).tbsCertificate.toDER())).toBe(true);
    expect(ours.length).toBeLessThan(kept().tbsCertificate.toDER().length);
  });

  it('does not change when its copy does', () => {
    const certificate = kept();
    withoutSct(certificate);
    expect(certificate.extSCT).toBeDefined();
    expect(certificate.root.toDER().equals(der)).toBe(true);
    expect(withoutSct(certificate).tbsCertificate.toDER()).toEqual(withoutSct(certificate).tbsCertificate.toDER());
  });

  it('is verified with the key of the issuer that it is asked about, as the library does', async () => {
    const { services } = await createLocalSigstore();
    const other = Buffer.from(await issueCertificate(services, { publicKey: generateSigningKey().publicKey, names: [] }));
    const issuer = X509Certificate.parse(other);
    const [ours, theirs] = [kept(), X509Certificate.parse(der)];
    for (let time = 0; time < 2; time++) {
      expect(ours.verify(issuer)).toBe(false);
      expect(theirs.verify(issuer)).toBe(false);
      expect(ours.verify()).toBe(theirs.verify());
    }
    const root = X509Certificate.parse(rootDer);
    keepBytes(root);
    expect(kept().verify(root)).toBe(true);
    expect(root.verify()).toBe(true);
  });

  it('is read without stack traces, and whoever throws afterwards has one', () => {
    expect(() => withoutStackTraces(() => X509Certificate.parse(Buffer.from([0x30, 0x01])))).toThrow();
    expect(new Error('later').stack).toContain('certificateBytes.test');
  });
});
