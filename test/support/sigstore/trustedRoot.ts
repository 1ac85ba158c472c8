import { createHash } from 'node:crypto';
import { CT_LOG_URL, FULCIO_URL, REKOR_URL, TSA_URL } from './services';
import type { SigstoreServices } from './services';

/** Backdating covers clock granularity: certificates say whole seconds, SCTs say milliseconds. */
const VALID_SINCE_MS = 60 * 60 * 1000;

interface LogInstance {
  readonly baseUrl: string;
  readonly hashAlgorithm: 'SHA2_256';
  readonly publicKey: { readonly rawBytes: string; readonly keyDetails: string; readonly validFor: { readonly start: string } };
  readonly logId: { readonly keyId: string };
}

interface AuthorityInstance {
  readonly subject: { readonly organization: string; readonly commonName: string };
  readonly uri: string;
  readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] };
  readonly validFor: { readonly start: string };
}

/** Sigstore TrustedRoot in its JSON form: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto */
export interface TrustedRootJson {
  readonly mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
  readonly tlogs: readonly LogInstance[];
  readonly certificateAuthorities: readonly AuthorityInstance[];
  readonly ctlogs: readonly LogInstance[];
  readonly timestampAuthorities: readonly AuthorityInstance[];
}

function logInstance(baseUrl: string, publicKeyDer: Buffer, start: string): LogInstance {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKeyDer.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: { start } },
    logId: { keyId: createHash('sha256').update(publicKeyDer).digest('base64') },
  };
}

function authority(uri: string, commonName: string, chain: readonly ArrayBufferView[], start: string): AuthorityInstance {
  return {
    subject: { organization: 'sigstore.mock', commonName },
    uri,
    certChain: {
      certificates: chain.map((der) => ({ rawBytes: Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64') })),
    },
    validFor: { start },
  };
}

/** Renders the trusted root of an instance: one of each service, `validFor.start` everywhere, no end. */
export function renderTrustedRoot(services: SigstoreServices): TrustedRootJson {
  const start = new Date(Date.now() - VALID_SINCE_MS).toISOString();
  const { certificateAuthority, ctLog, rekorKey, timestampAuthority } = services;
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logInstance(REKOR_URL, rekorKey.publicKey.export({ format: 'der', type: 'spki' }), start)],
    certificateAuthorities: [authority(FULCIO_URL, 'sigstore', [certificateAuthority.rootCertificate], start)],
    ctlogs: [logInstance(CT_LOG_URL, ctLog.publicKey, start)],
    timestampAuthorities: [
      authority(TSA_URL, 'tsa signing', [timestampAuthority.intCertificate, timestampAuthority.rootCertificate], start),
    ],
  };
}
