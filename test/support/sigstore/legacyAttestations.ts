import type { AttachOptions, RegistryWriter } from './attach';
import { referrersTag, storeBlob } from './attach';
import type { BundleJson } from './bundles';
import type { AttestOptions, LocalSigstore } from './localSigstore';
import { certificatePem } from './signers';
import {
  BUNDLE_ANNOTATION,
  CERTIFICATE_ANNOTATION,
  OCI_CONFIG_MEDIA_TYPE,
  OCI_MANIFEST_MEDIA_TYPE,
  SIGNATURE_ANNOTATION,
} from './wireFormats';

const DSSE_MEDIA_TYPE = 'application/vnd.dsse.envelope.v1+json';

/** One layer of a cosign `.att` manifest: https://github.com/sigstore/cosign/blob/main/specs/ATTESTATION_SPEC.md */
export interface LegacyAttestationLayer {
  readonly envelope: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Attests as cosign 2 did: a DSSE envelope, with certificate and log entry in annotations. */
export async function legacyAttestationLayer(sigstore: LocalSigstore, options: AttestOptions): Promise<LegacyAttestationLayer> {
  return toLegacyLayer(await sigstore.attest({ ...options, version: '0.3' }), options.predicateType);
}

/** The same evidence as in a bundle, in the older form. */
export function toLegacyLayer({ dsseEnvelope, verificationMaterial }: BundleJson, predicateType: string): LegacyAttestationLayer {
  const [entry] = verificationMaterial.tlogEntries;
  const certificate = verificationMaterial.certificate?.rawBytes;
  const logBundle = entry && {
    SignedEntryTimestamp: entry.inclusionPromise?.signedEntryTimestamp,
    Payload: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
    },
  };
  return {
    envelope: Buffer.from(JSON.stringify(dsseEnvelope)),
    annotations: {
      [SIGNATURE_ANNOTATION]: '',
      predicateType,
      ...(certificate === undefined ? {} : { [CERTIFICATE_ANNOTATION]: certificatePem(Buffer.from(certificate, 'base64')) }),
      ...(logBundle === undefined ? {} : { [BUNDLE_ANNOTATION]: JSON.stringify(logBundle) }),
    },
  };
}

/** The layers as descriptors, their blobs stored. */
export async function storeAttestationLayers(
  registry: RegistryWriter,
  repository: string,
  layers: readonly LegacyAttestationLayer[],
): Promise<readonly object[]> {
  const stored = [];
  for (const { envelope, annotations } of layers) {
    stored.push({ ...(await storeBlob(registry, repository, DSSE_MEDIA_TYPE, envelope)), annotations });
  }
  return stored;
}

/** Attaches attestations under the tag `sha256-<hex>.att`; returns the digest of the manifest. */
export async function attachLegacyAttestations(
  registry: RegistryWriter,
  options: AttachOptions & { readonly layers: readonly LegacyAttestationLayer[] },
): Promise<string> {
  const { repository, subject } = options;
  const layers = await storeAttestationLayers(registry, repository, options.layers);
  const config = await storeBlob(registry, repository, OCI_CONFIG_MEDIA_TYPE, {
    architecture: '',
    os: '',
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST_MEDIA_TYPE, config, layers };
  return registry.putManifest(repository, `${referrersTag(subject.digest)}.att`, manifest);
}

/** The envelope with another payload under the same signature. */
export function changePayload(envelope: Buffer): Buffer {
  const content = JSON.parse(envelope.toString('utf8')) as { payload: string };
  const payload = Buffer.from(content.payload, 'base64').toString('utf8').replace('"reviewed":true', '"reviewed":null');
  return Buffer.from(JSON.stringify({ ...content, payload: Buffer.from(payload).toString('base64') }));
}

/** Annotations with one left out. */
export function without(annotations: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== name));
}
