import type { X509Certificate } from '@sigstore/core';

type Asn1 = X509Certificate['root'];

/**
 * Makes a certificate answer with the bytes that it was read from. The library encodes a certificate anew, node by node, each time that it
 * wants its bytes, which is most of the time that a verification takes; and what is verified should be the bytes that were signed, not a
 * tidied copy of them (CVE-2026-44309).
 */
export function keepBytes(certificate: X509Certificate): void {
  const [toBeSigned] = certificate.root.subs;
  for (const node of [certificate.root, ...(toBeSigned === undefined ? [] : [toBeSigned, ...toBeSigned.subs])]) {
    let bytes: Buffer | undefined;
    node.toDER = () => (bytes ??= bytesOf(node));
  }
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
