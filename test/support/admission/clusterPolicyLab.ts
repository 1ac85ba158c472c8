import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelAdmissionArgs } from '../../../components';
import { startAdmissionRig } from '../cluster/admissionRig';
import type { AdmissionRig } from '../cluster/admissionRig';
import type { ApiResult, Manifest } from '../cluster/apiClient';
import { HttpRegistry } from './httpRegistry';
import { enforce, labDirectory, untilRefused } from './lab';
import { NAMESPACE } from './manifests';
import { writeTrustPolicy } from './trustPolicy';
import { RELEASE_WORKFLOW, Workshop } from './workshop';
import type { Artifact } from './workshop';

/** Policies of the lab that a ClusterPolicy cannot hold. */
const REFUSED = ['scan'];

/** A policy of a trust policy file, as far as tests change it. */
export interface WrittenPolicy {
  readonly name: string;
  readonly authorities: readonly object[];
  readonly mode?: string;
  readonly [field: string]: unknown;
}

/** A trust policy file, as far as tests change it. */
export interface WrittenTrustPolicy {
  readonly policies: readonly WrittenPolicy[];
  readonly trustRoots: readonly object[];
}

/** The rig with the trust policy of the lab in force as ClusterPolicies. */
export class ClusterPolicyLab {
  readonly rig: AdmissionRig;
  readonly workshop: Workshop;
  /** Path of the trust policy. */
  readonly trustPolicy: string;
  /** Images of the policy `keyless`. */
  readonly signed: Artifact;
  readonly unsigned: Artifact;

  constructor(rig: AdmissionRig, workshop: Workshop, trustPolicy: string, [signed, unsigned]: readonly [Artifact, Artifact]) {
    this.rig = rig;
    this.workshop = workshop;
    this.trustPolicy = trustPolicy;
    this.signed = signed;
    this.unsigned = unsigned;
  }

  get args(): ModelAdmissionArgs {
    return { backend: 'clusterPolicy', kyvernoTufMirror: this.rig.tuf.url };
  }

  /** Puts a changed form of the trust policy into force; returns its path. */
  async enforceChanged(
    name: string,
    change: (written: WrittenTrustPolicy) => object,
    args: ModelAdmissionArgs = this.args,
  ): Promise<string> {
    const written = JSON.parse(readFileSync(this.trustPolicy, 'utf8')) as WrittenTrustPolicy;
    const file = path.join(path.dirname(this.trustPolicy), `${name}.yaml`);
    writeFileSync(file, JSON.stringify({ ...written, ...change(written) }));
    await enforce(this.rig.cluster, file, args);
    return file;
  }

  /** Puts the trust policy into force again, and waits until it is. */
  async restore(): Promise<void> {
    await enforce(this.rig.cluster, this.trustPolicy, this.args);
    await this.untilAdmitted(pod('restored', this.signed.reference));
    await untilRefused(this.rig.cluster, pod('restored', this.unsigned.reference), 'models-keyless');
  }

  /** Waits until the policies of another step are no longer in force. */
  async untilAdmitted(manifest: Manifest): Promise<ApiResult> {
    let answer = await this.rig.cluster.dryRun(manifest);
    for (let attempt = 0; attempt < 300 && !answer.ok; attempt++) answer = await this.rig.cluster.dryRun(manifest);
    if (!answer.ok) throw new Error(`not admitted: ${answer.message}`);
    return answer;
  }
}

/** A pod with one image, in the namespace of the lab. */
export const pod = (name: string, image: string, metadata: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: NAMESPACE, ...metadata },
  spec: { containers: [{ name: 'server', image }] },
});

export async function startClusterPolicyLab(): Promise<ClusterPolicyLab> {
  const rig = await startAdmissionRig({ registry: 'distribution' });
  const workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore, { fallbackTags: true });
  const [signed, unsigned] = [await workshop.image('keyless/signed', 'v1'), await workshop.image('keyless/unsigned', 'v1')];
  await workshop.sign(signed, { identity: RELEASE_WORKFLOW });
  const directory = labDirectory(rig.cluster.directory);
  const trustPolicy = writeTrustPolicy(directory, workshop, { tuf: rig.tuf, exceptions: [], without: REFUSED });
  const lab = new ClusterPolicyLab(rig, workshop, trustPolicy, [signed, unsigned]);
  await enforce(rig.cluster, trustPolicy, lab.args);
  await untilRefused(rig.cluster, pod('probe', unsigned.reference), 'models-keyless');
  await untilRefused(rig.cluster, pod('probe', 'nginx'), '[image-not-covered]');
  return lab;
}
