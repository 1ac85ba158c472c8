import { hasUnprintable } from '../../printing';
import type { X509Certificate } from '@sigstore/core';
import type { CertificateClaims } from '../attestations/types';

/** Parent of all extensions of Fulcio: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const FULCIO_OID = '1.3.6.1.4.1.57264.1';

/** Last number of the extension's OID. All of these are DER UTF8Strings. */
export const CLAIM_EXTENSIONS: { readonly [Claim in keyof CertificateClaims]-?: number } = {
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
};

/**
 * Extensions of Fulcio before 2023, bare characters, which it still writes for GitHub next to those above. The same claim of the token is
 * behind both, so they agree in every honest certificate.
 */
const OLD_EXTENSIONS: readonly { readonly number: number; readonly claim: keyof CertificateClaims }[] = [
  { number: 2, claim: 'buildTrigger' },
  { number: 3, claim: 'sourceRepositoryDigest' },
  { number: 5, claim: 'sourceRepositoryUri' },
  { number: 6, claim: 'sourceRepositoryRef' },
];

/** The OID of a claim, for messages. */
export const claimOid = (claim: keyof CertificateClaims): string => oid(CLAIM_EXTENSIONS[claim]);

const oid = (number: number): string => `${FULCIO_OID}.${number}`;

/** URIs and refs. A longer one is no claim of Fulcio's. */
const MAX_CLAIM_BYTES = 2_048;

/** Control, format (direction overrides) and line characters and lone surrogates: a claim with them compares equal to nothing that a person wrote. */

/**
 * What the certificate authority certified about the build beside the subject (Fulcio extensions .9 to .22, and .2 to .6 where they are alone).
 *
 * An extension that is there and cannot be read is refused, not skipped: a skipped claim would hand its word over to the predicate, which
 * the signer writes himself. So is a certificate that makes one claim in two ways: cosign and Kyverno read the old extension, we the new one.
 *
 * @param certificate verified: it chains to the trust root, and has no extension twice
 * @param subject of the certificate
 * @returns the claims, none of which has to be there; a string is the reason why the certificate is refused
 */
export function readCertificateClaims(certificate: X509Certificate, subject: string): CertificateClaims | string {
  const claims: Record<string, string> = {};
  for (const claim of Object.keys(CLAIM_EXTENSIONS) as (keyof CertificateClaims)[]) {
    const extension = certificate.extension(claimOid(claim));
    if (extension === undefined) continue;
    const value = readUtf8String(extension.valueObj.value);
    if (value === undefined) return `expected one line of text (DER UTF8String) in the certificate extension ${claimOid(claim)}`;
    claims[claim] = value;
  }
  for (const { number, claim } of OLD_EXTENSIONS) {
    const extension = certificate.extension(oid(number));
    if (extension === undefined) continue;
    const text = readCharacters(extension.value);
    const value = text === undefined || claim !== 'sourceRepositoryUri' ? text : repositoryUri(text, subject);
    if (value === undefined) return `expected one line of text in the certificate extension ${oid(number)}`;
    claims[claim] ??= value;
    if (claims[claim] !== value) return `the certificate extensions ${oid(number)} and ${claimOid(claim)} contradict each other`;
  }
  return claims;
}

/** `acme/ml` of GitHub, on the server where the workflow is. */
function repositoryUri(name: string, subject: string): string | undefined {
  const [server] = /^https?:\/\/[^/]+(?=\/)/.exec(subject) ?? [];
  return server === undefined ? undefined : `${server}/${name}`;
}

function readCharacters(bytes: Buffer): string | undefined {
  const text = bytes.length === 0 || bytes.length > MAX_CLAIM_BYTES ? undefined : decodeUtf8(bytes);
  return text === undefined || hasUnprintable(text) ? undefined : text;
}

const UTF8_STRING_TAG = 0x0c;

/** Strict DER (X.690 sections 8.1 and 10.1): one value, the shortest form of its length, nothing behind it. */
function readUtf8String(der: Buffer): string | undefined {
  const [tag, first] = der;
  if (tag !== UTF8_STRING_TAG || first === undefined || der.length > MAX_CLAIM_BYTES + 4) return undefined;
  const length = first < 0x80 ? { value: first, octets: 1 } : longLength(der, first);
  if (length === undefined || length.value === 0 || length.value > MAX_CLAIM_BYTES) return undefined;
  const bytes = der.subarray(1 + length.octets);
  if (bytes.length !== length.value) return undefined;
  const text = decodeUtf8(bytes);
  return text === undefined || hasUnprintable(text) ? undefined : text;
}

function longLength(der: Buffer, first: number): { readonly value: number; readonly octets: number } | undefined {
  if (first === 0x81 && der.length > 2 && der.readUInt8(2) >= 0x80) return { value: der.readUInt8(2), octets: 2 };
  if (first === 0x82 && der.length > 3 && der.readUInt16BE(2) >= 0x100) return { value: der.readUInt16BE(2), octets: 3 };
  return undefined;
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
