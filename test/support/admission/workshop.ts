import { generateKeyPairSync } from 'node:crypto';
import type { Digest } from '../../../verification/registry/types';
import { attachBundle, attachLegacySignatures, storeBlob } from '../sigstore/attach';
import type { Descriptor } from '../sigstore/attach';
import type { BundleJson, BundleOptions } from '../sigstore/bundles';
import type { LocalSigstore } from '../sigstore/localSigstore';
import type { KeyPair } from '../sigstore/services';
import { generateSigningKey } from '../sigstore/services';
import type { SignerIdentity } from '../sigstore/signers';
import { OCI_MANIFEST_MEDIA_TYPE } from '../sigstore/wireFormats';
import * as workflows from '../supplyChain';
import type { HttpRegistry } from './httpRegistry';

/** An image in the registry, with what is attached to it. */
export interface Artifact {
  readonly repository: string;
  readonly digest: Digest;
  /** With digest. */
  readonly reference: string;
}

/** A second signer that some policies want beside the release workflow. */
export const REVIEWER: SignerIdentity = { issuer: 'https://accounts.google.com', subject: 'reviewer@acme.com' };

/** Without their callers: the policies of these cases accept any, since only the gate can judge one. */
const withoutCaller = ({ issuer, subject }: SignerIdentity): SignerIdentity => ({ issuer, subject });
export const RELEASE_WORKFLOW = withoutCaller(workflows.RELEASE_WORKFLOW);
export const FOREIGN_WORKFLOW = withoutCaller(workflows.FOREIGN_WORKFLOW);
export { RELEASE_SUBJECT } from '../supplyChain';

type Signer = { readonly identity: SignerIdentity } | { readonly key: KeyPair };

/** Makes images and evidence about them, good and bad. Evidence is written as cosign writes it, by the local Sigstore. */
export class Workshop {
  readonly registry: HttpRegistry;
  readonly sigstore: LocalSigstore;
  /** Key of a key authority. */
  readonly key: KeyPair = generateSigningKey();
  readonly otherKey: KeyPair = generateSigningKey();
  readonly ed25519: KeyPair = generateKeyPairSync('ed25519');
  readonly rsa: KeyPair = generateKeyPairSync('rsa', { modulusLength: 3072 });

  /** What is attached to each digest; undefined where the registry keeps that list itself. */
  readonly #attached: Map<string, readonly Descriptor[]> | undefined;

  /** @param fallbackTags for a registry without the referrers API, where clients keep the list of what is attached */
  constructor(registry: HttpRegistry, sigstore: LocalSigstore, { fallbackTags = false }: { readonly fallbackTags?: boolean } = {}) {
    this.registry = registry;
    this.sigstore = sigstore;
    this.#attached = fallbackTags ? new Map() : undefined;
  }

  at(repository: string, digest: string): Artifact {
    return { repository, digest: digest as Digest, reference: `${this.registry.address}/${repository}@${digest}` };
  }

  async image(repository: string, tag?: string): Promise<Artifact> {
    return this.at(repository, await this.registry.pushImage(repository, tag));
  }

  async attach({ repository, digest }: Artifact, bundle: BundleJson | Buffer): Promise<void> {
    const place = `${repository}@${digest}`;
    const siblings = this.#attached?.get(place) ?? [];
    const fallbackTag = this.#attached !== undefined;
    const attached = await attachBundle(this.registry, { repository, subject: { digest }, bundle, fallbackTag, siblings });
    this.#attached?.set(place, [...siblings, attached]);
  }

  async sign(artifact: Artifact, signer: Signer, options: BundleOptions = {}): Promise<void> {
    await this.attach(artifact, await this.sigstore.signImage({ digest: artifact.digest, ...signer, ...options }));
  }

  async attest(artifact: Artifact, signer: Signer, predicateType: string, predicate: object): Promise<void> {
    await this.attach(artifact, await this.sigstore.attest({ digest: artifact.digest, ...signer, predicateType, predicate }));
  }

  /** Attaches a document that nobody signed, as anybody with push rights can. */
  async attachUnsigned({ repository, digest }: Artifact, artifactType: string, document: object): Promise<void> {
    // The registry of go-containerregistry goes by the type of the configuration, as before OCI 1.1.
    const config = await storeBlob(this.registry, repository, artifactType, {});
    const layer = await storeBlob(this.registry, repository, artifactType, document);
    const subject = { mediaType: OCI_MANIFEST_MEDIA_TYPE, size: 2, digest };
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST_MEDIA_TYPE, artifactType, config, layers: [layer], subject };
    await this.registry.putManifest(repository, undefined, manifest);
  }

  async signLegacy(artifact: Artifact, signer: Signer): Promise<void> {
    const signature = await this.sigstore.signLegacy({ digest: artifact.digest, dockerReference: artifact.reference, ...signer });
    await attachLegacySignatures(this.registry, {
      repository: artifact.repository,
      subject: { digest: artifact.digest },
      signatures: [signature],
    });
  }
}
