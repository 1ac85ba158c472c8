import { ASN1Obj, X509Certificate, crypto } from '@sigstore/core';
import type { KeyObject } from 'node:crypto';

/** Tag of the extensions in a certificate: https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
const EXTENSIONS = 3;

type Asn1 = X509Certificate['root'];

/**
 * Makes a certificate answer with the bytes that it was read from. The library encodes a certificate anew, node by node, each time that it
 * wants its bytes, which is most of the time that a verification takes; and what is verified should be the bytes that were signed, not a
 * tidied copy of them (CVE-2026-44309).
 */
export function keepBytes(certificate: X509Certificate): void {
  const [toBeSigned] = certificate.root.subs;
  const parts = toBeSigned === undefined ? [] : [toBeSigned, ...toBeSigned.subs];
  for (const node of [certificate.root, ...parts, ...certificate.extensions]) {
    let bytes: Buffer | undefined;
    node.toDER = () => (bytes ??= bytesOf(node));
  }
  for (const { subs } of certificate.extensions) if (subs[0] !== undefined) rememberOid(subs[0]);
  certificate.clone = () => withOwnExtensions(certificate);
  certificate.verify = (issuer = certificate) =>
    crypto.verify(certificate.tbsCertificate.toDER(), publicKeyOf(issuer), certificate.signatureValue, certificate.signatureAlgorithm);
}

const publicKeys = new WeakMap<X509Certificate, KeyObject>();

/** The issuer of every signature is one of a few certificates, and reading its key takes as long as verifying with it. */
function publicKeyOf(certificate: X509Certificate): KeyObject {
  const known = publicKeys.get(certificate);
  if (known !== undefined) return known;
  const key = crypto.createPublicKey(certificate.publicKey);
  publicKeys.set(certificate, key);
  return key;
}

/**
 * Reads certificates without stack traces: the library takes each octet string for nested ASN.1 first, and throws and catches an error for
 * each that is none. A certificate by Fulcio has several, and their traces took longer than verifying its signature.
 */
export function withoutStackTraces<T>(read: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return read();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Extensions are looked up by name some twenty times for each signature, and their names decoded each time. */
function rememberOid(node: Asn1): void {
  const decode = node.toOID.bind(node);
  let oid: string | undefined;
  node.toOID = () => (oid ??= decode());
}

/**
 * A copy whose list of extensions can be changed, as the check of the certificate transparency log does: what such a log signs is the
 * certificate without the log's own extension (RFC 6962 section 3.2). Nothing else is copied or read again. The lists around the extensions
 * are new nodes, which are encoded from what they hold.
 */
function withOwnExtensions(certificate: X509Certificate): X509Certificate {
  const { root } = certificate;
  const [toBeSigned, ...signature] = root.subs;
  if (toBeSigned === undefined) return new X509Certificate(root);
  const extensions = toBeSigned.subs.find(({ tag }) => tag.isContextSpecific(EXTENSIONS));
  const parts = toBeSigned.subs.map((part) => {
    const [list, ...rest] = part.subs;
    if (part !== extensions || list === undefined) return part;
    return new ASN1Obj(part.tag, part.value, [new ASN1Obj(list.tag, list.value, [...list.subs]), ...rest]);
  });
  return new X509Certificate(new ASN1Obj(root.tag, root.value, [new ASN1Obj(toBeSigned.tag, toBeSigned.value, parts), ...signature]));
}

/** Whether one certificate of a trust root was issued by another is asked for every signature, and the answer never changes. */
export function rememberIssuers(certificate: X509Certificate): void {
  const verify = certificate.verify.bind(certificate);
  const known = new WeakMap<X509Certificate, boolean>();
  certificate.verify = (issuer = certificate) => {
    const answer = known.get(issuer) ?? verify(issuer);
    known.set(issuer, answer);
    return answer;
  };
}

/** Asks now what every signature will ask: trust roots are loaded while the registry answers, when the processor has nothing else to do. */
export function askIssuers(chain: readonly X509Certificate[]): void {
  for (const [index, certificate] of chain.entries()) {
    try {
      certificate.verify(chain[index + 1]);
    } catch {
      // A key or algorithm that cannot be used is a reason to refuse the signatures that need it, which will ask again.
    }
  }
}

/** Tag, length, value: https://www.itu.int/rec/T-REC-X.690 section 8.1; the value is a view of the bytes that were read. */
function bytesOf({ tag, value }: Asn1): Buffer {
  return Buffer.concat([Buffer.from([tag.toDER()]), encodedLength(value.length), value]);
}

const LONG_FORM = 0x80;

function encodedLength(length: number): Buffer {
  if (length < LONG_FORM) return Buffer.from([length]);
  const digits = length.toString(16);
  const octets = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([LONG_FORM | octets.length]), octets]);
}
