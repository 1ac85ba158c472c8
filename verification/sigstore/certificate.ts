import type { X509Certificate } from '@sigstore/core';
import {
  BASIC_CONSTRAINTS_OID,
  CODE_SIGNING_OID,
  EXTENDED_KEY_USAGE_OID,
  FULCIO_ISSUER_V1_OID,
  FULCIO_ISSUER_V2_OID,
  FULCIO_USERNAME_OID,
  KEY_USAGE_OID,
  SUBJECT_ALT_NAME_OID,
} from './wireFormats';

/** Extensions that we act upon. RFC 5280 section 4.2: a certificate with any other critical extension must be rejected. */
const UNDERSTOOD_EXTENSIONS: ReadonlySet<string> = new Set([
  KEY_USAGE_OID,
  SUBJECT_ALT_NAME_OID,
  BASIC_CONSTRAINTS_OID,
  EXTENDED_KEY_USAGE_OID,
]);

/** GeneralName tags of RFC 5280 section 4.2.1.6. */
const OTHER_NAME = 0;
const EMAIL = 1;
const URI = 6;

const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

type Asn1 = X509Certificate['root'];

/**
 * Why a certificate that chains to the trust root must still not sign images; `undefined` when it may. The library checks none of this,
 * and a private authority issues more kinds of certificates than Fulcio does.
 */
export function certificateObjection(certificate: X509Certificate): string | undefined {
  const oids = certificate.extensions.map((extension) => oidOf(extension));
  const repeated = oids.find((oid, index) => oids.indexOf(oid) !== index);
  // RFC 5280 section 4.2: at most one of each. With two, we would check one and another reader would use the other.
  if (repeated !== undefined) return `the signing certificate has the extension ${repeated} twice`;
  const unknown = oids.find((oid) => certificate.extension(oid)?.critical === true && !UNDERSTOOD_EXTENSIONS.has(oid));
  if (unknown !== undefined) return `the signing certificate has the critical extension ${unknown}, which is not understood`;
  // A leaf with CA:true is an intermediate: its holder could issue certificates for any identity.
  if (certificate.extBasicConstraints?.isCA === true) return 'the signing certificate is itself a certificate authority';
  if (certificate.extKeyUsage?.digitalSignature === false) return 'the signing certificate does not allow digital signatures';
  const usages = certificate.extension(EXTENDED_KEY_USAGE_OID)?.valueObj.subs[0]?.subs.map((usage) => usage.toOID()) ?? [];
  if (!usages.includes(CODE_SIGNING_OID)) {
    return `expected a certificate for code signing, got extended key usage ${usages.length === 0 ? 'none' : usages.join(', ')}`;
  }
  return undefined;
}

/** The identity that the certificate speaks for, verbatim; a string is the reason why there is none. */
export function readIdentity(certificate: X509Certificate): { readonly issuer: string; readonly subject: string } | string {
  const subject = readSubject(certificate);
  if (subject === undefined) {
    return 'expected a certificate with exactly one subject alternative name, a URI, e-mail address or user name in ASCII';
  }
  const issuer = readIssuer(certificate);
  if (issuer === undefined) {
    return 'the signing certificate does not say who authenticated its subject, or says it in two ways (Fulcio issuer extensions)';
  }
  return { issuer, subject };
}

/** The library takes the first URI of many, so that one certificate could stand for two people, and ignores the high bit of letters. */
function readSubject(certificate: X509Certificate): string | undefined {
  const names = certificate.extension(SUBJECT_ALT_NAME_OID)?.valueObj.subs[0]?.subs ?? [];
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  if (name.tag.isContextSpecific(URI) || name.tag.isContextSpecific(EMAIL)) return printable(name.value);
  if (name.tag.isContextSpecific(OTHER_NAME) && name.subs[0] && name.subs[0].toOID() === FULCIO_USERNAME_OID) {
    return printable(name.subs[1]?.subs[0]?.value);
  }
  return undefined;
}

/** Version 2 of the extension is a DER string; version 1, from before 2023, is bare characters. With both, other tools may read the other one. */
function readIssuer(certificate: X509Certificate): string | undefined {
  const old = certificate.extension(FULCIO_ISSUER_V1_OID);
  const current = certificate.extension(FULCIO_ISSUER_V2_OID);
  const issuer = printable(current ? current.valueObj.subs[0]?.value : old?.value);
  return old !== undefined && printable(old.value) !== issuer ? undefined : issuer;
}

/** `latin1` keeps every byte apart; Node's `ascii` would make `\xe8` an `h`, and a look-alike the real name. */
function printable(bytes: Buffer | undefined): string | undefined {
  const text = bytes?.toString('latin1') ?? '';
  return PRINTABLE_ASCII.test(text) ? text : undefined;
}

function oidOf(extension: Asn1): string {
  const [oid] = extension.subs;
  if (oid === undefined) throw new Error('expected a certificate extension, got an empty sequence');
  return oid.toOID();
}
