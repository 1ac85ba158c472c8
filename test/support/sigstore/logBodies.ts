import { createHash } from 'node:crypto';

/** A DSSE envelope in its JSON form: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export interface DsseEnvelopeJson {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string; readonly keyid?: string }[];
}

/** Canonical body of a Rekor v1 entry, as the log stores it. */
export interface LogBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
}

const sha256Hex = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** `dsse` 0.0.1: https://github.com/sigstore/rekor/blob/main/pkg/types/dsse/v0.0.1/dsse_v0_0_1_schema.json */
export function dsseBody(envelope: DsseEnvelopeJson, verifierPem: string, envelopeText = JSON.stringify(envelope)): LogBody {
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256Hex(envelopeText) },
      payloadHash: { algorithm: 'sha256', value: sha256Hex(Buffer.from(envelope.payload, 'base64')) },
      signatures: envelope.signatures.map(({ sig }) => ({ signature: sig, verifier: base64(verifierPem) })),
    },
  };
}

/** `intoto` 0.0.2, which encodes signature and key twice: https://github.com/sigstore/rekor/tree/main/pkg/types/intoto/v0.0.2 */
export function intotoBody(envelope: DsseEnvelopeJson, verifierPem: string): LogBody {
  return {
    apiVersion: '0.0.2',
    kind: 'intoto',
    spec: {
      content: {
        envelope: {
          payloadType: envelope.payloadType,
          signatures: envelope.signatures.map(({ sig }) => ({ sig: base64(sig), publicKey: base64(verifierPem) })),
        },
        hash: { algorithm: 'sha256', value: sha256Hex(JSON.stringify(envelope)) },
        payloadHash: { algorithm: 'sha256', value: sha256Hex(Buffer.from(envelope.payload, 'base64')) },
      },
    },
  };
}

/** `intoto` 0.0.1 of cosign before 2.2.3: digests and the key, and no signature. https://github.com/sigstore/rekor/tree/main/pkg/types/intoto/v0.0.1 */
export function intotoV1Body(envelope: DsseEnvelopeJson, verifierPem: string): LogBody {
  return {
    apiVersion: '0.0.1',
    kind: 'intoto',
    spec: {
      content: {
        hash: { algorithm: 'sha256', value: sha256Hex(JSON.stringify(envelope)) },
        payloadHash: { algorithm: 'sha256', value: sha256Hex(Buffer.from(envelope.payload, 'base64')) },
      },
      publicKey: base64(verifierPem),
    },
  };
}

/** `hashedrekord` 0.0.1 over the signed bytes: https://github.com/sigstore/rekor/tree/main/pkg/types/hashedrekord/v0.0.1 */
export function hashedRekordBody(signedBytes: Buffer, signature: Buffer, verifierPem: string): LogBody {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256Hex(signedBytes) } },
      signature: { content: signature.toString('base64'), publicKey: { content: base64(verifierPem) } },
    },
  };
}
