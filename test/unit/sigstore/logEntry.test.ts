import type { TransparencyLogEntry } from '@sigstore/bundle';
import { recordsSigner } from '../../../verification/sigstore/logEntry';
import { generateSigningKey } from '../../support/sigstore/services';
import { publicKeyPem } from '../../support/sigstore/signers';

const key = generateSigningKey().publicKey;
const DER = key.export({ format: 'der', type: 'spki' });
const OTHER = generateSigningKey().publicKey.export({ format: 'der', type: 'spki' });
const PEM_BASE64 = Buffer.from(publicKeyPem(key)).toString('base64');

const entry = (kind: string, version: string, spec: unknown): TransparencyLogEntry =>
  ({
    kindVersion: { kind, version },
    canonicalizedBody: Buffer.from(JSON.stringify({ kind, apiVersion: version, spec })),
  }) as TransparencyLogEntry;

/** The place of the signer in each kind of entry, as Rekor v1 and v2 write it. */
const KINDS: readonly (readonly [string, string, object])[] = [
  ['hashedrekord', '0.0.1', { signature: { publicKey: { content: PEM_BASE64 } } }],
  ['dsse', '0.0.1', { signatures: [{ verifier: PEM_BASE64 }] }],
  ['intoto', '0.0.1', { publicKey: PEM_BASE64 }],
  ['intoto', '0.0.2', { content: { envelope: { signatures: [{ publicKey: PEM_BASE64 }] } } }],
  ['intoto', '0.0.2', { content: { envelope: { signatures: [{ publicKey: Buffer.from(PEM_BASE64).toString('base64') }] } } }],
  ['hashedrekord', '0.0.2', { hashedRekordV002: { signature: { verifier: { publicKey: { rawBytes: DER.toString('base64') } } } } }],
  ['hashedrekord', '0.0.2', { hashedRekordV002: { signature: { verifier: { x509Certificate: { rawBytes: DER.toString('base64') } } } } }],
  ['dsse', '0.0.2', { dsseV002: { signatures: [{ verifier: { publicKey: { rawBytes: DER.toString('base64') } } }] } }],
];

describe.each(KINDS)('when the log entry is of kind %s %s', (kind, version, spec) => {
  it('finds the signer that it records, and no other', () => {
    expect(recordsSigner(entry(kind, version, spec), DER)).toBe(true);
    expect(recordsSigner(entry(kind, version, spec), OTHER)).toBe(false);
  });

  it.each([undefined, null, [], {}, 'text', { signatures: 'x' }])('finds nobody in the body %j', (broken) => {
    expect(recordsSigner(entry(kind, version, broken), DER)).toBe(false);
  });
});

describe('when the kind is not known', () => {
  it('finds nobody, however plausible the body', () => {
    expect(recordsSigner(entry('dsse', '0.0.3', { signatures: [{ verifier: PEM_BASE64 }] }), DER)).toBe(false);
    expect(recordsSigner(entry('constructor', '', { signatures: [{ verifier: PEM_BASE64 }] }), DER)).toBe(false);
  });
});
