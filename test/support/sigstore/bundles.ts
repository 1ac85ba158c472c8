import { createHash } from 'node:crypto';
import { dsse } from '@sigstore/core';
import { dsseBody, hashedRekordBody, intotoBody, intotoV1Body } from './logBodies';
import type { DsseEnvelopeJson, LogBody } from './logBodies';
import { enterIntoLog, timestampSignature } from './services';
import type { RekorLogEntry, SigstoreServices } from './services';
import { prepareSigner, signBytes } from './signers';
import type { PreparedSigner, SignerOptions } from './signers';
import { BUNDLE_MEDIA_TYPES, IN_TOTO_PAYLOAD_TYPE } from './wireFormats';
import type { BundleVersion } from './wireFormats';

/** Log entries about an envelope: `intoto` is version 0.0.2. */
const ENVELOPE_BODIES = { dsse: dsseBody, intoto: intotoBody, 'intoto 0.0.1': intotoV1Body };

/** How a bundle is put together. The defaults are what cosign 3 writes. */
export interface BundleOptions {
  /** @default '0.3' */
  readonly version?: BundleVersion;
  /** Enter the signature into the log. @default true for certificates, false for bare keys */
  readonly logged?: boolean;
  /** Have the timestamp authority sign the time. @default false */
  readonly timestamped?: boolean;
  /** Kind of the log entry. @default 'dsse' for envelopes; messages are always `hashedrekord` */
  readonly entryKind?: keyof typeof ENVELOPE_BODIES;
  /** When the log says that it integrated the entry. @default now */
  readonly integratedTime?: Date;
  /** Replaces the body that is entered into the log: the entry of another signature, another certificate in the body, ... */
  readonly logBody?: (body: LogBody) => LogBody;
}

/** One log entry in a bundle's JSON form (`TransparencyLogEntry`). */
export interface LogEntryJson {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: string;
  inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof?: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

/** A Sigstore bundle in its JSON form: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto */
export interface BundleJson {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate?: { readonly rawBytes: string };
    readonly x509CertificateChain?: { readonly certificates: readonly { readonly rawBytes: string }[] };
    readonly publicKey?: { readonly hint: string };
    readonly tlogEntries: readonly LogEntryJson[];
    readonly timestampVerificationData?: { readonly rfc3161Timestamps: readonly { readonly signedTimestamp: string }[] };
  };
  readonly dsseEnvelope?: DsseEnvelopeJson;
  readonly messageSignature?: {
    readonly messageDigest: { readonly algorithm: string; readonly digest: string };
    readonly signature: string;
  };
}

type SignedContent = Pick<BundleJson, 'dsseEnvelope' | 'messageSignature'>;

/** Signs a payload as a DSSE envelope and wraps it as a bundle. */
export async function signEnvelope(
  services: SigstoreServices,
  payload: Buffer,
  options: BundleOptions & SignerOptions & { readonly payloadType?: string },
): Promise<BundleJson> {
  const signer = await prepareSigner(services, options);
  const payloadType = options.payloadType ?? IN_TOTO_PAYLOAD_TYPE;
  const signature = signBytes(signer.privateKey, dsse.preAuthEncoding(payloadType, payload));
  const envelope: DsseEnvelopeJson = {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ sig: signature.toString('base64') }],
  };
  const body = ENVELOPE_BODIES[options.entryKind ?? 'dsse'](envelope, signer.verifierPem);
  return assemble(services, { signer, signature, body, content: { dsseEnvelope: envelope } }, options);
}

/** Signs bytes that stay outside the bundle (a message signature). */
export async function signMessage(
  services: SigstoreServices,
  message: Buffer,
  options: BundleOptions & SignerOptions,
): Promise<BundleJson> {
  const signer = await prepareSigner(services, options);
  const signature = signBytes(signer.privateKey, message);
  const content = {
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: createHash('sha256').update(message).digest('base64') },
      signature: signature.toString('base64'),
    },
  };
  return assemble(services, { signer, signature, body: hashedRekordBody(message, signature, signer.verifierPem), content }, options);
}

interface Parts {
  readonly signer: PreparedSigner;
  readonly signature: Buffer;
  readonly body: LogBody;
  readonly content: SignedContent;
}

async function assemble(services: SigstoreServices, parts: Parts, options: BundleOptions): Promise<BundleJson> {
  const { signer, signature, content } = parts;
  const version = options.version ?? '0.3';
  const body = options.logBody ? options.logBody(parts.body) : parts.body;
  const logged = options.logged ?? signer.certificate !== undefined;
  const timestamps = options.timestamped ? [await timestampSignature(services, signature)] : [];
  return {
    mediaType: BUNDLE_MEDIA_TYPES[version],
    verificationMaterial: {
      ...keyMaterial(signer, version),
      tlogEntries: logged ? [logEntryJson(body, await enterIntoLog(services, body, options.integratedTime), version)] : [],
      timestampVerificationData: {
        rfc3161Timestamps: timestamps.map((timestamp) => ({ signedTimestamp: timestamp.toString('base64') })),
      },
    },
    ...content,
  };
}

/** Version 0.3 carries the leaf alone; before, it was a chain: https://docs.sigstore.dev/about/bundle/ */
function keyMaterial(signer: PreparedSigner, version: BundleVersion): Partial<BundleJson['verificationMaterial']> {
  if (!signer.certificate) {
    return { publicKey: { hint: createHash('sha256').update(signer.verifierPem).digest('base64') } };
  }
  const certificate = { rawBytes: signer.certificate.toString('base64') };
  return version === '0.3' ? { certificate } : { x509CertificateChain: { certificates: [certificate] } };
}

/** Rekor's answer in the form that a bundle wants; version 0.1 knew only the promise. */
export function logEntryJson(body: LogBody, entry: RekorLogEntry, version: BundleVersion): LogEntryJson {
  const { inclusionProof, signedEntryTimestamp } = entry.verification;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
    kindVersion: { kind: body.kind, version: body.apiVersion },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    ...(version === '0.1'
      ? {}
      : {
          inclusionProof: {
            logIndex: String(inclusionProof.logIndex),
            rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
            treeSize: String(inclusionProof.treeSize),
            hashes: inclusionProof.hashes.map((hash) => Buffer.from(hash, 'hex').toString('base64')),
            checkpoint: { envelope: inclusionProof.checkpoint },
          },
        }),
    canonicalizedBody: entry.body,
  };
}
