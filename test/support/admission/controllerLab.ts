import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modelAdmissionManifests } from '../../../components/admission/manifests';
import type { ModelAdmissionManifests } from '../../../components/admission/manifests';
import { modelAdmissionSettings } from '../../../components/admission/settings';
import { ENFORCEMENT_LABEL, POLICY_CONTROLLER_LABEL } from '../../../components/namespace/labels';
import { COSIGN, binaryPath } from '../../../tools/toolchain/goTool';
import { mustRun } from '../../../tools/toolchain/runCommand';
import type { Manifest } from '../cluster/apiClient';
import type { Cluster } from '../cluster/cluster';
import { startCluster } from '../cluster/cluster';
import type { RunningProcess } from '../processes/processGroup';
import { startGgcrRegistry } from '../realRegistries';
import type { RealRegistry } from '../realRegistries';
import { COSIGN_SIGN_PREDICATE_TYPE, OCI_MANIFEST_MEDIA_TYPE } from '../sigstore/wireFormats';
import { publicKeyPem } from '../sigstore/signers';
import type { SignerIdentity } from '../sigstore/signers';
import { startLocalSigstore } from '../sigstore/startLocalSigstore';
import type { RunningSigstore } from '../sigstore/startLocalSigstore';
import { startTufMirror } from '../sigstore/tufMirror';
import type { TufMirror } from '../sigstore/tufMirror';
import { HttpRegistry } from './httpRegistry';
import { labDirectory } from './lab';
import { NAMESPACE } from './manifests';
import { writeTrustPolicy } from './trustPolicy';
import { Workshop } from './workshop';
import type { Artifact } from './workshop';

/** The policies of the lab that policy-controller can hold, and one of a registry that says nothing. */
export const HELD_POLICIES = [
  'keyless',
  'both',
  'pattern',
  'identities',
  'key',
  'key-or-keyless',
  'warn',
  'ed25519',
  'rsa',
  'down',
] as const;

const TIMEOUT_MS = 120_000;

interface Parts {
  readonly controller: RunningProcess;
  readonly cluster: Cluster;
  readonly registry: RealRegistry;
  readonly sigstore: RunningSigstore;
  readonly tuf: TufMirror;
}

/** A real API server with Sigstore's real policy-controller, a registry with the referrers API, and a Sigstore of our own behind TUF. */
export class ControllerLab {
  readonly cluster: Cluster;
  readonly workshop: Workshop;
  readonly controller: RunningProcess;
  readonly registry: RealRegistry;
  readonly #parts: Parts;
  // Looked up now: the preview takes another cache directory later.
  readonly #cosign = binaryPath(COSIGN);

  constructor(parts: Parts) {
    this.#parts = parts;
    this.cluster = parts.cluster;
    this.controller = parts.controller;
    this.registry = parts.registry;
    this.workshop = new Workshop(new HttpRegistry(parts.registry.address), parts.sigstore.sigstore);
  }

  /**
   * Writes the trust policy of the lab, as far as policy-controller can hold it: once for the preview, under the Sigstore of the lab, and once
   * for the cluster, under the public one, which to this policy-controller is that of the lab.
   */
  trustPolicy(): { readonly preview: string; readonly cluster: string } {
    const preview = writeTrustPolicy(labDirectory(this.cluster.directory), this.workshop, { tuf: this.#parts.tuf, exceptions: [] });
    const written = JSON.parse(readFileSync(preview, 'utf8')) as Written;
    const held: readonly string[] = HELD_POLICIES;
    const policies = written.policies.filter(({ name }) => held.includes(name)).map(underLocal);
    const own = written.trustRoots.map((root) => ({ ...root, name: 'own' }));
    const write = (file: string, local: object) => {
      const policy = { ...written, trustRoots: [local, ...own], policies: [...policies, loggedKey(this.workshop, 'own')] };
      writeFileSync(file, JSON.stringify(policy, undefined, 2));
      return file;
    };
    const cluster = path.join(path.dirname(preview), 'public-good.yaml');
    return { preview: write(preview, written.trustRoots[0]!), cluster: write(cluster, { name: 'local', publicGood: {} }) };
  }

  /** Puts a trust policy into force as ModelAdmission does, and waits until policy-controller has read all of it. */
  async enforce(trustPolicy: string): Promise<ModelAdmissionManifests> {
    const settings = modelAdmissionSettings('models', { trustPolicy, backend: 'policyController', podHardening: 'off' });
    const manifests = modelAdmissionManifests(settings);
    const labels = { [ENFORCEMENT_LABEL]: 'true', [POLICY_CONTROLLER_LABEL]: 'true' };
    await this.cluster.namespace(NAMESPACE, { labels });
    for (const object of [...manifests.policies, ...manifests.guards]) {
      const { ok, message } = await this.cluster.apply(object as unknown as Manifest);
      if (!ok) throw new Error(`${object.kind} ${object.metadata.name}: ${message}`);
    }
    const ofController = manifests.policies.filter(({ apiVersion }) => apiVersion.startsWith('policy.sigstore.dev/'));
    for (const object of ofController) await this.untilReady(object as unknown as Manifest);
    return manifests;
  }

  /** Waits until policy-controller has read an object of its own. */
  async untilReady(object: Manifest): Promise<void> {
    const name = `${object.kind} ${object.metadata.name ?? ''}`;
    await this.until(`${name} is ready`, async () => isReady((await this.cluster.read(object)).body));
  }

  /** Signs with the real cosign by this identity, or with a key that it makes. */
  async cosignSign(reference: string, signer: SignerIdentity | 'key'): Promise<void> {
    const home = path.join(this.cluster.directory, 'cosign');
    mkdirSync(home, { recursive: true });
    const run = (...args: string[]) =>
      mustRun(this.#cosign, args, { cwd: home, env: { ...process.env, COSIGN_PASSWORD: '', HOME: home, DOCKER_CONFIG: home } });
    if (signer !== 'key') {
      await run('sign', ...this.#parts.sigstore.cosignArguments(signer), reference);
      return;
    }
    const { privateKey } = this.workshop.key;
    writeFileSync(path.join(home, 'key.pem'), privateKey.export({ format: 'pem', type: 'sec1' }), { mode: 0o600 });
    await run('import-key-pair', '--yes', '--key', 'key.pem', '--output-key-prefix', 'imported');
    const oldLayout = ['--new-bundle-format=false', '--use-signing-config=false', '--tlog-upload=false'];
    await run('sign', '--yes', '--key', 'imported.key', ...oldLayout, reference);
  }

  /** What anybody can push who may write into the repository: the statement of a signature, which nobody signed. */
  async attachUnsignedAttestation({ repository, digest }: Artifact): Promise<void> {
    const { registry } = this.workshop;
    const subject = [{ name: '', digest: { sha256: digest.replace('sha256:', '') } }];
    const statement = { _type: 'https://in-toto.io/Statement/v1', subject, predicateType: COSIGN_SIGN_PREDICATE_TYPE, predicate: {} };
    const payload = Buffer.from(JSON.stringify(statement)).toString('base64');
    const envelope = {
      payloadType: 'application/vnd.in-toto+json',
      payload,
      signatures: [{ sig: Buffer.from('nobody').toString('base64') }],
    };
    const store = async (mediaType: string, content: object) => {
      const bytes = Buffer.from(JSON.stringify(content));
      return { mediaType, digest: await registry.putBlob(repository, bytes), size: bytes.length };
    };
    await registry.putManifest(repository, undefined, {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST_MEDIA_TYPE,
      artifactType: 'application/vnd.in-toto+json',
      // The registry tells the type of the config for that of the artifact.
      config: await store('application/vnd.in-toto+json', {}),
      layers: [await store('application/vnd.in-toto+json', envelope)],
      subject: { mediaType: OCI_MANIFEST_MEDIA_TYPE, size: 2, digest },
    });
  }

  /** Asks until it is so. */
  async until(goal: string, reached: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while (!(await reached())) {
      if (Date.now() > deadline) throw new Error(`after ${TIMEOUT_MS / 1000} s it is not so that ${goal}`);
      await delay(200);
    }
  }

  /** Ends everything and leaves nothing. */
  async stop(): Promise<void> {
    const { cluster, registry, sigstore, tuf } = this.#parts;
    await Promise.all([cluster, registry, sigstore, tuf].map((part) => part.stop()));
  }
}

interface Written {
  readonly trustRoots: readonly object[];
  readonly policies: readonly WrittenPolicy[];
}

interface WrittenPolicy {
  readonly name: string;
  readonly authorities: readonly { readonly keyless?: object }[];
}

/** With two trust roots, identities must name theirs. */
const underLocal = ({ authorities, ...policy }: WrittenPolicy): object => ({
  ...policy,
  authorities: authorities.map(({ keyless, ...authority }) =>
    keyless === undefined ? authority : { ...authority, keyless: { ...keyless, trustRoot: 'local' } },
  ),
});

/** A key whose signatures must be in the log of a trust root. */
const loggedKey = ({ registry, key }: Workshop, trustRoot: string): object => ({
  name: 'logged-key',
  images: [`${registry.address}/logged-key/**`],
  authorities: [{ name: 'logged', key: { data: publicKeyPem(key.publicKey), trustRoot } }],
});

interface WithConditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isReady = (body: unknown): boolean =>
  (body as WithConditions).status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** Starts the lab: API server, policy-controller, registry, Sigstore, TUF mirror. */
export async function startControllerLab(): Promise<ControllerLab> {
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  try {
    const cluster = keep(await startCluster());
    const registry = keep(await startGgcrRegistry());
    const directory = path.join(cluster.directory, 'sigstore');
    mkdirSync(directory);
    const sigstore = keep(await startLocalSigstore(directory));
    const tuf = keep(await startTufMirror(sigstore.sigstore.trustedRootJson));
    const controller = await cluster.startPolicyController(tuf);
    return new ControllerLab({ controller, cluster, registry, sigstore, tuf });
  } catch (error) {
    await Promise.all(started.map((part) => part.stop()));
    throw error;
  }
}
