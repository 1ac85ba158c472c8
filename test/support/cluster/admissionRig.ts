import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CrdSet } from '../../../tools/toolchain/crds';
import { COSIGN, DISTRIBUTION, GGCR_REGISTRY, KYVERNO, binaryPath } from '../../../tools/toolchain/goTool';
import { mustRun } from '../../../tools/toolchain/runCommand';
import { pushImage } from '../pushImage';
import { startDistribution, startGgcrRegistry } from '../realRegistries';
import type { RealRegistry } from '../realRegistries';
import type { SignerIdentity } from '../sigstore/signers';
import { startLocalSigstore } from '../sigstore/startLocalSigstore';
import type { RunningSigstore } from '../sigstore/startLocalSigstore';
import { startTufMirror } from '../sigstore/tufMirror';
import type { TufMirror } from '../sigstore/tufMirror';
import type { Cluster } from './cluster';
import { startCluster } from './cluster';
import type { KubernetesVersion } from './controlPlane';
import type { Kyverno, KyvernoOptions } from './kyverno';
import { installMinimalCrds } from './minimalCrds';
import type { MinimalCrd } from './minimalCrds';

/** The tools that the rig needs besides those of the cluster, for `describeCluster`. */
export const ADMISSION_TOOLS = [KYVERNO, COSIGN, GGCR_REGISTRY] as const;

/** The same with `registry: 'distribution'`. */
export const ADMISSION_TOOLS_WITH_DISTRIBUTION = [KYVERNO, COSIGN, DISTRIBUTION] as const;

export interface AdmissionRigOptions {
  readonly version?: KubernetesVersion;
  /** Definitions besides Kyverno's own. */
  readonly crds?: readonly CrdSet[];
  /** How Kyverno is started; `tuf` is that of the rig unless given. */
  readonly kyverno?: KyvernoOptions;
  /**
   * go-containerregistry's has the referrers API, but lists what is attached under the media type of its config instead of its artifact type;
   * ClusterPolicies find no bundle there. CNCF distribution has no such API, and cosign keeps the list under a tag.
   * @default 'ggcr'
   */
  readonly registry?: 'ggcr' | 'distribution';
  /** Definitions of ours; Kyverno reads what there is when it starts, and not again for a quarter of an hour. */
  readonly minimalCrds?: readonly MinimalCrd[];
  /** Called before each step, for people who wait. */
  readonly onStep?: (step: string) => void;
}

interface Parts {
  readonly cluster: Cluster;
  readonly kyverno: Kyverno;
  readonly registry: RealRegistry;
  readonly sigstore: RunningSigstore;
  readonly tuf: TufMirror;
}

/**
 * Everything that decides about a signed image in a cluster, on loopback ports: API server, Kyverno, a registry with the referrers API, and a
 * Sigstore of our own whose trusted root Kyverno gets over TUF. Images are signed by the real cosign.
 *
 * @example
 * const rig = await startAdmissionRig();
 * const image = await rig.push('acme/server');
 * await rig.sign(image, RELEASE_WORKFLOW);
 * await rig.kyverno.enforce(policy, unsignedPod);
 * expect(await rig.cluster.dryRun(pod)).toMatchObject({ ok: true });
 */
export class AdmissionRig {
  readonly cluster: Cluster;
  readonly kyverno: Kyverno;
  readonly registry: RealRegistry;
  readonly sigstore: RunningSigstore;
  readonly tuf: TufMirror;

  constructor({ cluster, kyverno, registry, sigstore, tuf }: Parts) {
    this.cluster = cluster;
    this.kyverno = kyverno;
    this.registry = registry;
    this.sigstore = sigstore;
    this.tuf = tuf;
  }

  /** Pushes an image with content of its own; returns `127.0.0.1:PORT/repository@sha256:...`. */
  async push(repository: string, tag?: string): Promise<string> {
    return pushImage(this.registry.address, repository, tag);
  }

  /** Signs keyless by this identity, with the real cosign. */
  async sign(reference: string, identity: SignerIdentity): Promise<void> {
    await this.cosign('sign', ...this.sigstore.cosignArguments(identity), reference);
  }

  /** Attaches an attestation by this identity, with the real cosign. */
  async attest(reference: string, identity: SignerIdentity, predicateType: string, predicate: object): Promise<void> {
    const file = path.join(this.cluster.directory, 'predicate.json');
    writeFileSync(file, JSON.stringify(predicate));
    await this.cosign('attest', ...this.sigstore.cosignArguments(identity), '--type', predicateType, '--predicate', file, reference);
  }

  /** Runs cosign without any configuration of the user's, in a directory that `stop` removes. */
  async cosign(...args: string[]): Promise<void> {
    const home = path.join(this.cluster.directory, 'cosign');
    mkdirSync(home, { recursive: true });
    await mustRun(binaryPath(COSIGN), args, {
      cwd: home,
      env: { ...process.env, COSIGN_PASSWORD: '', HOME: home, DOCKER_CONFIG: home },
    });
  }

  /** The attestor of an ImageValidatingPolicy for this identity and the Sigstore of the rig. */
  attestor(name: string, { issuer, subject }: SignerIdentity): object {
    const tuf = { mirror: this.tuf.url, root: { data: Buffer.from(this.tuf.root).toString('base64') } };
    return { name, cosign: { keyless: { identities: [{ issuer, subject }] }, tuf } };
  }

  /** Ends everything and leaves nothing. */
  async stop(): Promise<void> {
    await Promise.all([this.cluster, this.registry, this.sigstore, this.tuf].map((part) => part.stop()));
  }
}

/** Starts the whole rig (about 20 s, under 1 GB). */
export async function startAdmissionRig({
  version = '1.35',
  crds = [],
  kyverno: options = {},
  registry: kind = 'ggcr',
  minimalCrds = [],
  onStep,
}: AdmissionRigOptions = {}): Promise<AdmissionRig> {
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  try {
    onStep?.('etcd and kube-apiserver');
    const cluster = keep(await startCluster({ version, crds }));
    await installMinimalCrds(cluster.client, minimalCrds);
    onStep?.('registry, Sigstore and TUF mirror');
    const registry = keep(await (kind === 'ggcr' ? startGgcrRegistry() : startDistribution()));
    const directory = path.join(cluster.directory, 'sigstore');
    mkdirSync(directory);
    const sigstore = keep(await startLocalSigstore(directory));
    const tuf = keep(await startTufMirror(sigstore.sigstore.trustedRootJson));
    onStep?.('Kyverno, until it gives a verdict');
    const kyverno = await cluster.startKyverno({ tuf, ...options });
    return new AdmissionRig({ cluster, kyverno, registry, sigstore, tuf });
  } catch (error) {
    await Promise.all(started.map((part) => part.stop()));
    throw error;
  }
}
