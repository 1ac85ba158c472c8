import { EXTENSION_OID_SCT, X509Certificate } from '@sigstore/core';
import { keepBytes } from '../../../verification/sigstore/certificateBytes';
import { issueCertificate } from '../../support/sigstore/certificates';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import { generateSigningKey } from '../../support/sigstore/services';

let der: Buffer<ArrayBuffer>;

beforeAll(async () => {
  const { services } = await createLocalSigstore();
  const names = [{ kind: 'uri', value: 'https://ci.test/build' }] as const;
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
});
