import type { AdmissionRig } from '../cluster/admissionRig';
import type { ApiResult, Manifest } from '../cluster/apiClient';
import { RELEASE_WORKFLOW } from '../supplyChain';
import { HttpRegistry } from './httpRegistry';
import { enforce, labDirectory, untilRefused } from './lab';
import { NAMESPACE } from './manifests';
import { writeTrustPolicy } from './trustPolicy';
import { Workshop } from './workshop';
import type { Artifact } from './workshop';
import { carelessPod } from '../cluster/pods';

export type Answer = 'admits' | 'denies';

/** What both said about one object. */
export interface Answers {
  readonly handWritten: Answer;
  readonly ours: Answer;
}

/** `spec` of an ImageValidatingPolicy; what is left out is that of `handWritten`. */
export type PolicySpec = Readonly<Record<string, unknown>>;

/** CEL: every container is signed, as the documentation of Kyverno writes it. */
export const ALL_SIGNED = 'images.containers.all(i, verifyImageSignatures(i, [attestors.release]) > 0)';

const IMAGE_POLICY = { apiVersion: 'policies.kyverno.io/v1', kind: 'ImageValidatingPolicy' } as const;

/** Pods, as a rule of `matchConstraints`. */
export const podRule = (...resources: readonly string[]): object => ({
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources,
});

/**
 * The same objects under a policy as somebody writes it by hand and under the one that ModelAdmission renders. Each policy written by hand
 * holds in a namespace of its own name, ours in `models`; both are Kyverno's, in one cluster.
 *
 * Where the answers differ, the test says what a trap of Kyverno does. Once Kyverno mends it, the test fails, and the page says too much.
 */
export class BesideOurs {
  readonly rig: AdmissionRig;
  readonly workshop: Workshop;
  /** A file of which ours is rendered. */
  readonly trustPolicy: string;
  readonly unsigned: Artifact;

  private constructor(rig: AdmissionRig, workshop: Workshop, trustPolicy: string, unsigned: Artifact) {
    this.rig = rig;
    this.workshop = workshop;
    this.trustPolicy = trustPolicy;
    this.unsigned = unsigned;
  }

  /** Makes both, and puts ours into force. */
  static async open(rig: AdmissionRig): Promise<BesideOurs> {
    const lab = await BesideOurs.prepare(rig);
    await lab.putOursInForce();
    return lab;
  }

  /** As `open`, and nothing is in force yet. */
  static async prepare(rig: AdmissionRig): Promise<BesideOurs> {
    const workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const trustPolicy = writeTrustPolicy(labDirectory(rig.cluster.directory), workshop, { tuf: rig.tuf, exceptions: [] });
    return new BesideOurs(rig, workshop, trustPolicy, await workshop.image('keyless/unsigned', 'v1'));
  }

  async putOursInForce(): Promise<void> {
    await enforce(this.rig.cluster, this.trustPolicy);
    await untilRefused(this.rig.cluster, this.pod(NAMESPACE, this.unsigned.reference), '[unsigned]');
    await untilRefused(this.rig.cluster, this.pod(NAMESPACE, 'nginx'), '[image-not-covered]');
  }

  pod(namespace: string, image: string, name = 'asked'): Manifest {
    return carelessPod(namespace, name, image);
  }

  /** The policy as it would be sent, for namespace `name`: the release workflow signs every image of the registry. */
  handWritten(name: string, spec: PolicySpec = {}): Manifest {
    const matchConstraints = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      resourceRules: [podRule('pods')],
    };
    return {
      ...IMAGE_POLICY,
      metadata: { name },
      spec: {
        webhookConfiguration: { timeoutSeconds: 30 },
        evaluation: { background: { enabled: false } },
        matchImageReferences: [{ glob: `${this.workshop.registry.address}/*` }],
        attestors: [this.rig.attestor('release', RELEASE_WORKFLOW)],
        validations: [{ expression: ALL_SIGNED, message: 'not signed' }],
        ...spec,
        matchConstraints: { ...matchConstraints, ...(spec['matchConstraints'] as object | undefined) },
      },
    };
  }

  /**
   * Puts a policy written by hand into force: it is ready, and the API server follows it, which an unsigned image shows.
   *
   * @param refused an image that it refuses, where it is not about signatures
   */
  async putInForce(name: string, spec: PolicySpec = {}, refused: string = this.unsigned.reference): Promise<void> {
    await this.rig.cluster.namespace(name);
    await this.rig.kyverno.enforce(this.handWritten(name, spec), this.pod(name, refused));
  }

  /** Asks both about a pod with this image. */
  async ask(name: string, image: string): Promise<Answers> {
    return this.askAbout(name, this.pod(name, image));
  }

  /** Asks both about an object. */
  async askAbout(name: string, { metadata, ...manifest }: Manifest): Promise<Answers> {
    const asked = async (namespace: string) =>
      answerOf(await this.rig.cluster.dryRun({ ...manifest, metadata: { ...metadata, namespace } }));
    return { handWritten: await asked(name), ours: await asked(NAMESPACE) };
  }

  /** Asks both about an ephemeral container in a pod that runs; `kubectl debug` does. */
  async askDebug(name: string, running: string, image: string): Promise<Answers> {
    const asked = async (namespace: string) => {
      const pod = await this.rig.cluster.apply(this.pod(namespace, running, 'debugged'));
      if (!pod.ok) throw new Error(`the pod to debug is not admitted: ${pod.message}`);
      return answerOf(
        await this.rig.cluster.client.request('PATCH', `/api/v1/namespaces/${namespace}/pods/debugged/ephemeralcontainers`, {
          body: { spec: { ephemeralContainers: [{ name: 'debug', image }] } },
          contentType: 'application/strategic-merge-patch+json',
        }),
      );
    };
    return { handWritten: await asked(name), ours: await asked(NAMESPACE) };
  }
}

/** A webhook that cannot be called, or a server at fault, is no verdict. */
export function answerOf({ ok, status, message }: ApiResult): Answer {
  if (ok) return 'admits';
  if (status >= 500) throw new Error(`no verdict: ${message}`);
  return 'denies';
}
