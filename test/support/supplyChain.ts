import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Digest } from '../../verification/registry/types';
import { startRegistry } from './registry';
import type { LocalRegistry, LocalRegistryOptions } from './registry';
import { attachBundle, attachLegacySignatures } from './sigstore/attach';
import type { LocalSigstore } from './sigstore/localSigstore';
import { startLocalSigstore } from './sigstore/startLocalSigstore';
import type { RunningSigstore } from './sigstore/startLocalSigstore';
import type { SignerIdentity } from './sigstore/signers';

/** The workflow that may sign, in examples and tests. */
export const RELEASE_WORKFLOW: SignerIdentity = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/ml-models/.github/workflows/release.yml@refs/heads/main',
  sourceRepository: 'https://github.com/acme/ml-models',
};

/** The same as Kyverno reads it: the caller of a workflow is nothing that it knows. */
export const RELEASE_SUBJECT = { issuer: RELEASE_WORKFLOW.issuer, subject: RELEASE_WORKFLOW.subject } as const;

/** A fork of the repository, whose workflow has the same name: the classic look-alike. */
export const FOREIGN_WORKFLOW: SignerIdentity = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/mallory/ml-models/.github/workflows/release.yml@refs/heads/main',
  sourceRepository: 'https://github.com/mallory/ml-models',
};

/** As findings and evidence name a signer; what is known of the caller is beside it. */
export const signerOf = ({ issuer, subject }: SignerIdentity) => ({ kind: 'certificate', issuer, subject });

/** An image in the local registry. */
export interface PushedImage {
  readonly repository: string;
  readonly digest: Digest;
  /** `127.0.0.1:PORT/repository@sha256:…` */
  readonly reference: string;
}

/** A registry and a Sigstore on the loopback address: everything that verification meets, without an account. */
export class SupplyChain {
  readonly registry: LocalRegistry;
  readonly running: RunningSigstore;

  constructor(registry: LocalRegistry, running: RunningSigstore) {
    this.registry = registry;
    this.running = running;
  }

  get sigstore(): LocalSigstore {
    return this.running.sigstore;
  }

  /** Pushes an image with content of its own. */
  push(repository: string, tag = 'v2.1.0'): PushedImage {
    const digest = this.registry.pushImage(repository, tag);
    return { repository, digest, reference: `${this.registry.address}/${repository}@${digest}` };
  }

  /** A reference of the right form to which nothing was pushed. */
  missing(repository: string): PushedImage {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}` as Digest;
    return { repository, digest, reference: `${this.registry.address}/${repository}@${digest}` };
  }

  /** Signs as cosign 3 does and attaches the bundle as a referrer. */
  async sign(image: PushedImage, identity: SignerIdentity, integratedTime?: Date): Promise<void> {
    const bundle = await this.sigstore.signImage({ digest: image.digest, identity, ...(integratedTime && { integratedTime }) });
    await attachBundle(this.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
  }

  /** Signs as cosign 2 did, under the tag `sha256-<hex>.sig`. */
  async signLegacy(image: PushedImage, identity: SignerIdentity): Promise<void> {
    const signature = await this.sigstore.signLegacy({ digest: image.digest, dockerReference: image.reference, identity });
    await attachLegacySignatures(this.registry, {
      repository: image.repository,
      subject: { digest: image.digest },
      signatures: [signature],
    });
  }

  /** Attaches an attestation, which is not a signature. */
  async attest(image: PushedImage, identity: SignerIdentity, predicateType: string): Promise<void> {
    const bundle = await this.sigstore.attest({ digest: image.digest, identity, predicateType, predicate: {} });
    await attachBundle(this.registry, { repository: image.repository, subject: { digest: image.digest }, bundle, predicateType });
  }

  /** Writes a trust policy for this registry and Sigstore into a directory; returns the path of the file. */
  writeTrustPolicy(
    directory: string,
    options: {
      readonly identities?: readonly SignerIdentity[];
      readonly unmatchedImages?: string;
      readonly mode?: string;
      /** Further fields of the policy: `continuity`, `freshness`. */
      readonly rules?: object;
    } = {},
  ): string {
    const identities = options.identities ?? [RELEASE_WORKFLOW];
    mkdirSync(directory, { recursive: true });
    const file = path.join(directory, 'trust-policy.yaml');
    const policy = {
      apiVersion: 'model-supply-chain/v1alpha1',
      kind: 'TrustPolicy',
      unmatchedImages: options.unmatchedImages ?? 'deny',
      trustRoots: [{ name: 'local', file: { path: this.running.trustedRootFile } }],
      policies: [
        {
          name: 'acme-models',
          mode: options.mode ?? 'enforce',
          images: [`${this.registry.address}/acme/**`],
          authorities: [{ name: 'release-workflow', keyless: { trustRoot: 'local', identities } }],
          ...options.rules,
        },
      ],
    };
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(policy, undefined, 2));
    return file;
  }

  async stop(): Promise<void> {
    await Promise.all([this.registry.close(), this.running.stop()]);
  }
}

/** @param directory where trusted_root.json and signing-config.json go; default a temporary directory */
export async function startSupplyChain(options: LocalRegistryOptions & { readonly directory?: string } = {}): Promise<SupplyChain> {
  return new SupplyChain(await startRegistry(options), await startLocalSigstore(options.directory));
}
