import { createHash, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { X509Certificate } from '@sigstore/core';
import { der } from './der';
import type { KeyPair, SigstoreServices } from './services';
import { FULCIO_ISSUER_V2_OID } from './wireFormats';

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1 */
const OIDS = {
  keyUsage: '2.5.29.15',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  authorityKeyIdentifier: '2.5.29.35',
  signedCertificateTimestamps: '1.3.6.1.4.1.11129.2.4.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
} as const;

export const CODE_SIGNING_OID = '1.3.6.1.5.5.7.3.3';
export const SERVER_AUTH_OID = '1.3.6.1.5.5.7.3.1';

/** One name in the certificate; bytes, so that names which are no text can be written. */
export interface SubjectName {
  readonly kind: 'uri' | 'email' | 'dns';
  readonly value: string | Buffer;
}

/** What the certificate says. The defaults are those of Fulcio, so that a test changes one thing. */
export interface CertificateOptions {
  readonly publicKey: KeyObject;
  readonly names: readonly SubjectName[];
  /** Fulcio issuer extension. @default 'https://issuer.test'; `null` leaves it out */
  readonly issuer?: string | null;
  /** @default code signing */
  readonly extendedKeyUsages?: readonly string[];
  /** @default false */
  readonly certificateAuthority?: boolean;
  /** @default true */
  readonly digitalSignature?: boolean;
  /** Whether the certificate transparency log has seen it. @default true */
  readonly logged?: boolean;
  /** From and to. @default ten minutes from now on */
  readonly validity?: readonly [Date, Date];
  /** An authority between the root and the certificate. @default none: the root issues it */
  readonly issuedBy?: Intermediate;
  /** More extensions: OID, DER value, critical. */
  readonly extensions?: readonly (readonly [oid: string, value: Buffer, critical: boolean])[];
}

/** An authority that the root certified. */
export interface Intermediate {
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
}

const NAME_TAGS = { email: 1, dns: 2, uri: 6 } as const;
const LIFETIME_MS = 10 * 60 * 1000;

const extension = (oid: string, value: Buffer, critical = false): Buffer =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value));

/**
 * Issues a certificate that an honest Fulcio would refuse: the local authority signs whatever it is given, as a careless private authority might.
 *
 * @returns DER
 */
export async function issueCertificate(services: SigstoreServices, options: CertificateOptions): Promise<Buffer> {
  const issuer = options.issuedBy ? X509Certificate.parse(Buffer.from(options.issuedBy.certificate)) : rootOf(services);
  const privateKey = options.issuedBy?.privateKey ?? services.certificateAuthorityKey.privateKey;
  const now = Date.now();
  const validity = options.validity ?? [new Date(now), new Date(now + LIFETIME_MS)];
  const fields = fieldsUpToExtensions(options.publicKey, der.sequence(), issuer, validity);
  const extensions = leafExtensions(options, issuer);
  const precertificate = signCertificate(privateKey, fields, extensions);
  if (options.logged === false) return precertificate;
  const issuerId = createHash('sha256').update(issuer.publicKey).digest();
  const sct = Buffer.from(await services.ctLog.log(toArrayBuffer(precertificate), toArrayBuffer(issuerId)));
  // The list of one: its length in two bytes, then the SCT with a length of its own. RFC 6962 section 3.3
  const list = Buffer.concat([Buffer.from([sct.length >> 8, sct.length & 0xff]), sct]);
  return signCertificate(privateKey, fields, [...extensions, extension(OIDS.signedCertificateTimestamps, der.octets(list))]);
}

/**
 * Certifies an authority between the root and the certificates of signers, as Fulcio has one.
 *
 * @param validity from and to
 */
export function issueIntermediate(services: SigstoreServices, key: KeyPair, validity: readonly [Date, Date]): Intermediate {
  const root = rootOf(services);
  const name = der.sequence(der.set(der.sequence(der.oid(OIDS.commonName), der.utf8('sigstore-intermediate'))));
  const identifier = createHash('sha1')
    .update(key.publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
  const extensions = [
    extension(OIDS.keyUsage, der.bits(Buffer.from([0x06]), 1), true),
    extension(OIDS.basicConstraints, der.sequence(der.boolean(true)), true),
    extension(OIDS.subjectKeyIdentifier, der.octets(identifier)),
    extension(OIDS.authorityKeyIdentifier, der.sequence(der.implicit(0, root.extSubjectKeyID!.keyIdentifier))),
  ];
  const fields = fieldsUpToExtensions(key.publicKey, name, root, validity);
  return { certificate: signCertificate(services.certificateAuthorityKey.privateKey, fields, extensions), privateKey: key.privateKey };
}

function rootOf({ certificateAuthority }: SigstoreServices): X509Certificate {
  const { buffer, byteOffset, byteLength } = certificateAuthority.rootCertificate;
  return X509Certificate.parse(Buffer.from(buffer, byteOffset, byteLength));
}

const SIGNATURE_ALGORITHM = der.sequence(der.oid(OIDS.ecdsaWithSha384));

/** Everything of a TBSCertificate but its extensions. Made once: certificate and precertificate must agree in serial number and times. */
function fieldsUpToExtensions(
  publicKey: KeyObject,
  subject: Buffer,
  issuer: X509Certificate,
  [notBefore, notAfter]: readonly [Date, Date],
): readonly Buffer[] {
  return [
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    SIGNATURE_ALGORITHM,
    // The subject of the issuer, byte for byte: field 5 of its TBSCertificate.
    issuer.tbsCertificate.subs[5]!.toDER(),
    der.sequence(der.utcTime(notBefore), der.utcTime(notAfter)),
    subject,
    publicKey.export({ format: 'der', type: 'spki' }),
  ];
}

function leafExtensions(options: CertificateOptions, authority: X509Certificate): readonly Buffer[] {
  const { names, issuer = 'https://issuer.test', extendedKeyUsages = [CODE_SIGNING_OID] } = options;
  const generalNames = names.map(({ kind, value }) => der.implicit(NAME_TAGS[kind], Buffer.from(value)));
  return [
    extension(OIDS.keyUsage, der.bits(Buffer.from([options.digitalSignature === false ? 0x20 : 0x80]), 5), true),
    ...(options.certificateAuthority ? [extension(OIDS.basicConstraints, der.sequence(der.boolean(true)), true)] : []),
    ...(extendedKeyUsages.length > 0 ? [extension(OIDS.extendedKeyUsage, der.sequence(...extendedKeyUsages.map(der.oid)))] : []),
    ...(names.length > 0 ? [extension(OIDS.subjectAltName, der.sequence(...generalNames), true)] : []),
    extension(OIDS.authorityKeyIdentifier, der.sequence(der.implicit(0, authority.extSubjectKeyID!.keyIdentifier))),
    ...(issuer === null ? [] : [extension(FULCIO_ISSUER_V2_OID, der.utf8(issuer))]),
    ...(options.extensions ?? []).map(([oid, value, critical]) => extension(oid, value, critical)),
  ];
}

function signCertificate(privateKey: KeyObject, fields: readonly Buffer[], extensions: readonly Buffer[]): Buffer {
  const tbs = der.sequence(...fields, der.explicit(3, der.sequence(...extensions)));
  return der.sequence(tbs, SIGNATURE_ALGORITHM, der.bits(sign('sha384', tbs, privateKey)));
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
