import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type {
  Bundle,
  Envelope,
  InclusionProof,
  MessageSignature,
  TransparencyLogEntry,
  VerificationMaterial,
  X509Certificate,
} from '@sigstore/protobuf-specs';
import {
  MAX_BUNDLE_BYTES,
  MAX_CERTIFICATES,
  MAX_CERTIFICATE_BYTES,
  MAX_CHECKPOINT_CHARACTERS,
  MAX_CHECKPOINT_LINES,
  MAX_LOG_BODY_CHARACTERS,
  MAX_LOG_ENTRIES,
  MAX_PROOF_HASHES,
  MAX_TIMESTAMPS,
  MAX_TIMESTAMP_BYTES,
  MAX_TIMESTAMP_BYTES_TOGETHER,
} from './limits';
import { ProtoMessage, protoBytes, protoEnum, protoInt64, protoList, protoText, refuseExcess } from './protoJson';
import type { ProtoReader } from './protoJson';

/** Base64 needs four characters for three bytes. */
const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/** Whatever else is in a bundle is bounded by the bundle. */
const anyBytes = protoBytes(base64Length(MAX_BUNDLE_BYTES), 'bytes');
const NO_BYTES = Buffer.alloc(0);

const certificate: ProtoReader<X509Certificate> = (value, path) => {
  const message = new ProtoMessage(value, path, ['rawBytes']);
  return { rawBytes: message.read('rawBytes', protoBytes(base64Length(MAX_CERTIFICATE_BYTES), 'certificate'), NO_BYTES) };
};

const certificateChain: ProtoReader<{ certificates: X509Certificate[] }> = (value, path) => {
  const message = new ProtoMessage(value, path, ['certificates']);
  return { certificates: message.read('certificates', protoList(certificate, MAX_CERTIFICATES, 'certificates'), []) };
};

const publicKey: ProtoReader<{ hint: string }> = (value, path) => ({
  hint: new ProtoMessage(value, path, ['hint']).read('hint', protoText, ''),
});

const timestamp: ProtoReader<{ signedTimestamp: Buffer }> = (value, path) => {
  const message = new ProtoMessage(value, path, ['signedTimestamp']);
  return { signedTimestamp: message.read('signedTimestamp', protoBytes(base64Length(MAX_TIMESTAMP_BYTES), 'timestamp'), NO_BYTES) };
};

const timestamps: ProtoReader<{ rfc3161Timestamps: { signedTimestamp: Buffer }[] }> = (value, path) => {
  const message = new ProtoMessage(value, path, ['rfc3161Timestamps']);
  const rfc3161Timestamps = message.read('rfc3161Timestamps', protoList(timestamp, MAX_TIMESTAMPS, 'timestamps'), []);
  const together = rfc3161Timestamps.reduce((sum, { signedTimestamp }) => sum + base64Length(signedTimestamp.length), 0);
  refuseExcess(together, base64Length(MAX_TIMESTAMP_BYTES_TOGETHER), 'base64 characters of timestamps together');
  return { rfc3161Timestamps };
};

const checkpoint: ProtoReader<{ envelope: string }> = (value, path) => {
  const text = new ProtoMessage(value, path, ['envelope']).read('envelope', protoText, '');
  refuseExcess(text.length, MAX_CHECKPOINT_CHARACTERS, 'characters of checkpoint');
  refuseExcess(text.split('\n').length, MAX_CHECKPOINT_LINES, 'lines in a checkpoint');
  return { envelope: text };
};

const inclusionProof: ProtoReader<InclusionProof> = (value, path) => {
  const message = new ProtoMessage(value, path, ['logIndex', 'rootHash', 'treeSize', 'hashes', 'checkpoint']);
  return {
    logIndex: message.read('logIndex', protoInt64, '0'),
    rootHash: message.read('rootHash', anyBytes, NO_BYTES),
    treeSize: message.read('treeSize', protoInt64, '0'),
    hashes: message.read('hashes', protoList(anyBytes, MAX_PROOF_HASHES, 'hashes in an inclusion proof'), []),
    checkpoint: message.read('checkpoint', checkpoint, undefined),
  };
};

const LOG_ENTRY_FIELDS = ['logIndex', 'logId', 'kindVersion', 'integratedTime', 'inclusionPromise', 'inclusionProof', 'canonicalizedBody'];

const logEntry: ProtoReader<TransparencyLogEntry> = (value, path) => {
  const message = new ProtoMessage(value, path, LOG_ENTRY_FIELDS);
  const bytesIn =
    (name: string): ProtoReader<Buffer> =>
    (content, at) =>
      new ProtoMessage(content, at, [name]).read(name, anyBytes, NO_BYTES);
  const keyId = message.read('logId', bytesIn('keyId'), undefined);
  const signedEntryTimestamp = message.read('inclusionPromise', bytesIn('signedEntryTimestamp'), undefined);
  return {
    logIndex: message.read('logIndex', protoInt64, '0'),
    logId: keyId && { keyId },
    kindVersion: message.read(
      'kindVersion',
      (content, at) => {
        const named = new ProtoMessage(content, at, ['kind', 'version']);
        return { kind: named.read('kind', protoText, ''), version: named.read('version', protoText, '') };
      },
      undefined,
    ),
    integratedTime: message.read('integratedTime', protoInt64, '0'),
    inclusionPromise: signedEntryTimestamp && { signedEntryTimestamp },
    inclusionProof: message.read('inclusionProof', inclusionProof, undefined),
    canonicalizedBody: message.read('canonicalizedBody', protoBytes(MAX_LOG_BODY_CHARACTERS, 'log entry'), NO_BYTES),
  };
};

function keyMaterial(message: ProtoMessage): VerificationMaterial['content'] {
  switch (message.oneOf('publicKey', 'x509CertificateChain', 'certificate')) {
    case 'publicKey':
      return { $case: 'publicKey', publicKey: message.read('publicKey', publicKey, { hint: '' }) };
    case 'x509CertificateChain':
      return {
        $case: 'x509CertificateChain',
        x509CertificateChain: message.read('x509CertificateChain', certificateChain, { certificates: [] }),
      };
    case 'certificate':
      return { $case: 'certificate', certificate: message.read('certificate', certificate, { rawBytes: NO_BYTES }) };
    case undefined:
      return undefined;
  }
}

const MATERIAL_FIELDS = ['publicKey', 'x509CertificateChain', 'certificate', 'tlogEntries', 'timestampVerificationData'];

const verificationMaterial: ProtoReader<VerificationMaterial> = (value, path) => {
  const message = new ProtoMessage(value, path, MATERIAL_FIELDS);
  return {
    content: keyMaterial(message),
    tlogEntries: message.read('tlogEntries', protoList(logEntry, MAX_LOG_ENTRIES, 'log entries'), []),
    timestampVerificationData: message.read('timestampVerificationData', timestamps, undefined),
  };
};

const messageSignature: ProtoReader<MessageSignature> = (value, path) => {
  const message = new ProtoMessage(value, path, ['messageDigest', 'signature']);
  return {
    messageDigest: message.read(
      'messageDigest',
      (content, at) => {
        const output = new ProtoMessage(content, at, ['algorithm', 'digest']);
        return {
          algorithm: output.read('algorithm', protoEnum<HashAlgorithm>(HashAlgorithm), HashAlgorithm.HASH_ALGORITHM_UNSPECIFIED),
          digest: output.read('digest', anyBytes, NO_BYTES),
        };
      },
      undefined,
    ),
    signature: message.read('signature', anyBytes, NO_BYTES),
  };
};

/** More than one is refused later, in the words of the library. */
const MAX_ENVELOPE_SIGNATURES = 100;

const envelope: ProtoReader<Envelope> = (value, path) => {
  const message = new ProtoMessage(value, path, ['payload', 'payloadType', 'signatures']);
  const signature: ProtoReader<Envelope['signatures'][number]> = (content, at) => {
    const signed = new ProtoMessage(content, at, ['sig', 'keyid']);
    return { sig: signed.read('sig', anyBytes, NO_BYTES), keyid: signed.read('keyid', protoText, '') };
  };
  return {
    payload: message.read('payload', anyBytes, NO_BYTES),
    payloadType: message.read('payloadType', protoText, ''),
    signatures: message.read('signatures', protoList(signature, MAX_ENVELOPE_SIGNATURES, 'signatures'), []),
  };
};

/**
 * Reads the message of a Sigstore bundle from parsed JSON, decoding each field once.
 *
 * @throws ProtoJsonError with the place, for everything that protojson refuses, and for more than the limits allow
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
 */
export function readBundleMessage(json: unknown): Bundle {
  const message = new ProtoMessage(json, '', ['mediaType', 'verificationMaterial', 'messageSignature', 'dsseEnvelope']);
  const content = message.oneOf('messageSignature', 'dsseEnvelope');
  return {
    mediaType: message.read('mediaType', protoText, ''),
    verificationMaterial: message.read('verificationMaterial', verificationMaterial, undefined),
    content: content && readContent(message, content),
  };
}

function readContent(message: ProtoMessage, content: 'messageSignature' | 'dsseEnvelope'): Bundle['content'] {
  if (content === 'dsseEnvelope') {
    const absent: Envelope = { payload: NO_BYTES, payloadType: '', signatures: [] };
    return { $case: content, dsseEnvelope: message.read(content, envelope, absent) };
  }
  const absent: MessageSignature = { messageDigest: undefined, signature: NO_BYTES };
  return { $case: content, messageSignature: message.read(content, messageSignature, absent) };
}
