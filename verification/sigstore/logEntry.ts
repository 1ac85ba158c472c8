import { shown } from '../../printing';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { member } from '../json';
import { STRUCTS, parseStrictJson, readStrictJson } from '../strictJson';
import { canonicalKey } from '../trust-policy/canonicalKey';
import { certificateBlock, decodeBase64, publicKeyFromPem } from './pem';

/** Where a kind of entry records the certificate or key of the signer, and how. */
interface VerifierField {
  readonly path: readonly (string | number)[];
  readonly encoding: 'pem' | 'der';
}

const V2_DER = ['x509Certificate', 'publicKey'] as const;

/**
 * Rekor v1 writes base64 of PEM (https://github.com/sigstore/rekor/tree/main/pkg/types), Rekor v2 base64 of DER
 * (https://github.com/sigstore/rekor-tiles/tree/main/api/proto/rekor/v2).
 */
const VERIFIER_FIELDS: Readonly<Record<string, readonly VerifierField[]>> = {
  'hashedrekord 0.0.1': [{ path: ['spec', 'signature', 'publicKey', 'content'], encoding: 'pem' }],
  'dsse 0.0.1': [{ path: ['spec', 'signatures', 0, 'verifier'], encoding: 'pem' }],
  'intoto 0.0.1': [{ path: ['spec', 'publicKey'], encoding: 'pem' }],
  'intoto 0.0.2': [{ path: ['spec', 'content', 'envelope', 'signatures', 0, 'publicKey'], encoding: 'pem' }],
  'hashedrekord 0.0.2': V2_DER.map((form) => ({
    path: ['spec', 'hashedRekordV002', 'signature', 'verifier', form, 'rawBytes'],
    encoding: 'der',
  })),
  'dsse 0.0.2': V2_DER.map((form) => ({ path: ['spec', 'dsseV002', 'signatures', 0, 'verifier', form, 'rawBytes'], encoding: 'der' })),
};

const kindOf = ({ kindVersion }: TransparencyLogEntry): string => `${kindVersion.kind} ${kindVersion.version}`;

/** Why an entry is of no use to us; `undefined` when its kind is known, and its body says one thing to every parser. The library reads it laxly. */
export function entryKindObjection(entry: TransparencyLogEntry): string | undefined {
  const kind = kindOf(entry);
  if (!Object.hasOwn(VERIFIER_FIELDS, kind)) return `its log entry is of the unknown kind ${shown(kind, 100)}`;
  const body = readStrictJson(entry.canonicalizedBody, STRUCTS);
  return body.ok ? undefined : `its log entry is not JSON that every parser reads alike: ${body.problem}`;
}

/**
 * Does the entry record exactly this certificate or key? The library compares digest and signature only. Whoever has a signature could
 * enter it once more under his own certificate, and an entry must be evidence about the signer (CVE-2026-22703).
 *
 * @param entry whose inclusion in the log is already verified
 * @param signer DER of the certificate, or of the public key in its usual encoding
 * @see https://docs.sigstore.dev/about/bundle/ and the Sigstore client specification, section 4.4
 */
export function recordsSigner(entry: TransparencyLogEntry, signer: Buffer): boolean {
  const body = parseStrictJson(entry.canonicalizedBody);
  return (VERIFIER_FIELDS[kindOf(entry)] ?? []).some(({ path, encoding }) => {
    const recorded = member(body, ...path);
    return typeof recorded === 'string' && decodeSigner(recorded, encoding)?.equals(signer) === true;
  });
}

/** Compared as DER, since PEM may differ in line ends. */
function decodeSigner(recorded: string, encoding: VerifierField['encoding']): Buffer | undefined {
  const bytes = decodeBase64(recorded);
  if (encoding === 'der' || bytes === undefined) return bytes;
  const text = bytes.toString('utf8');
  // Some clients of intoto 0.0.2 encode twice, as they do with the signature.
  const pem = text.startsWith('LS0tLS1') ? Buffer.from(text, 'base64').toString('utf8') : text;
  const certificate = certificateBlock(pem);
  if (certificate !== undefined) return certificate;
  const key = publicKeyFromPem(pem);
  return key && canonicalKey(key).export({ format: 'der', type: 'spki' });
}
