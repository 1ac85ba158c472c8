import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import { byteQuantity, integer, namespaceName, secretName, shown } from './arguments/argumentChecks';
import { ArgumentProblems } from './arguments/argumentProblems';
import { readTufRepository } from './arguments/filesOfArguments';
import type { AdmissionTufArgs } from './admission/args';
import { chartValues } from './kyverno/chartValues';
import type { KyvernoSettings } from './kyverno/chartValues';
import { DEFAULT_CHART_VERSION, chartVersionComplaint } from './kyverno/chartVersion';

/** Digests of Kyverno's images, `sha256:…`, as `crane digest reg.kyverno.io/kyverno/kyverno:v1.19.2` prints them. */
export interface KyvernoImageDigestsArgs {
  readonly admissionController?: string;
  readonly backgroundController?: string;
  readonly cleanupController?: string;
  readonly reportsController?: string;
}

/** Arguments of KyvernoInstallation. */
export interface KyvernoInstallationArgs {
  /**
   * Namespace of Kyverno; it is created. Policies do not hold in it.
   * @default "kyverno"
   */
  readonly namespace?: string;
  /**
   * Version of the Helm chart, from 3.9.2 (Kyverno 1.19.2) on.
   * @default "3.9.2"
   */
  readonly chartVersion?: string;
  /**
   * Where the chart comes from.
   * @default "https://kyverno.github.io/kyverno/"
   */
  readonly chartRepository?: string;
  /** Tag of Kyverno's images that the digests are of: `v1.19.2`. Needed with `imageDigests`. */
  readonly imageTag?: string;
  /** Pins Kyverno's own images. @default the tags of the chart */
  readonly imageDigests?: KyvernoImageDigestsArgs;
  /**
   * Replicas of the admission controller; with fewer than 2 every update of Kyverno stops all pods from starting.
   * @default 3
   */
  readonly replicas?: number;
  /**
   * Memory of each admission controller.
   * @default "1Gi"
   */
  readonly memory?: string;
  /** PEM of certificate authorities for registries; replaces the ones in the image. @default those in the image */
  readonly caCertificates?: string;
  /**
   * TUF repository of a private Sigstore that Kyverno starts with, in place of the public one: for ModelAdmission with the backend
   * `clusterPolicy`, whose `kyvernoTufMirror` names it again. Policies of the backend `kyverno` name theirs themselves.
   * @default the public Sigstore
   */
  readonly tuf?: AdmissionTufArgs;
  /** Secrets of type kubernetes.io/dockerconfigjson in the namespace of Kyverno, for all policies. @default none */
  readonly imagePullSecrets?: string[];
}

/**
 * Kyverno by its Helm chart, hardened for a cluster that fails closed: several replicas on different nodes with the priority of system
 * components, verification results not kept between requests, webhooks that wait as long as the API server allows, exceptions of its own
 * switched off, JSON logs, network policies. Refuses versions in which admission can be walked past.
 *
 * While Kyverno is down no pod starts in namespaces that are held to the trust policy. Kyverno refuses pods of its own namespace by nobody's
 * policy, and nodes can come up without it.
 *
 * @throws pulumi.InputPropertiesError naming every invalid argument.
 *
 * @example
 * const kyverno = new KyvernoInstallation('kyverno');
 * new ModelAdmission('models', {}, { dependsOn: [kyverno] });
 */
export class KyvernoInstallation extends pulumi.ComponentResource {
  /** Namespace of Kyverno; known once it runs. */
  public readonly namespace: pulumi.Output<string>;
  /** Version of the chart. */
  public readonly chartVersion: pulumi.Output<string>;

  constructor(name: string, args: KyvernoInstallationArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super('pulumi-model-supply-chain:index:KyvernoInstallation', name, args, opts);

    const namespace = args.namespace ?? 'kyverno';
    const version = args.chartVersion ?? DEFAULT_CHART_VERSION;
    const settings = kyvernoSettings(name, namespace, version, args);
    const release = new k8s.helm.v3.Release(
      name,
      {
        name: 'kyverno',
        chart: 'kyverno',
        version,
        repositoryOpts: { repo: args.chartRepository ?? 'https://kyverno.github.io/kyverno/' },
        namespace,
        createNamespace: true,
        // A release that came up halfway would leave webhooks that refuse everything.
        atomic: true,
        values: chartValues(settings),
      },
      { parent: this },
    );
    // Known once the release is there, so that what uses it comes later.
    this.namespace = release.id.apply(() => namespace);
    this.chartVersion = pulumi.output(version);
    this.registerOutputs({ namespace: this.namespace, chartVersion: this.chartVersion });
  }
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

function kyvernoSettings(name: string, namespace: string, version: string, args: KyvernoInstallationArgs): KyvernoSettings {
  const problems = new ArgumentProblems(`KyvernoInstallation "${name}"`);
  problems.add('namespace', namespaceName(namespace));
  if (namespace === 'kube-system') {
    problems.add('namespace', { expected: 'a namespace of its own', found: '"kube-system"', fix: 'the chart cannot be installed there' });
  }
  problems.add('chartVersion', chartVersionComplaint(version));
  const replicas = args.replicas ?? 3;
  problems.add(
    'replicas',
    integer('a whole number from 2 to 20', 2, 20, 'with one, an update of Kyverno stops all pods from starting')(replicas),
  );
  const memory = args.memory ?? '1Gi';
  problems.add('memory', byteQuantity(memory));
  const imageDigests = Object.fromEntries(Object.entries(args.imageDigests ?? {}).filter(([, digest]) => digest !== undefined)) as Record<
    string,
    string
  >;
  for (const [component, digest] of Object.entries(imageDigests)) {
    if (DIGEST.test(digest)) continue;
    problems.add(`imageDigests.${component}`, {
      expected: 'sha256: and 64 hexadecimal digits',
      found: shown(digest),
      fix: 'crane digest prints it',
    });
  }
  if (Object.keys(imageDigests).length > 0 && !/^v\d+\.\d+\.\d+$/.test(args.imageTag ?? '')) {
    problems.add('imageTag', {
      expected: 'the tag that the digests are of, as "v1.19.2"',
      found: shown(args.imageTag),
      fix: 'write the version beside its digests',
    });
  }
  for (const [index, secret] of (args.imagePullSecrets ?? []).entries()) problems.add(`imagePullSecrets[${index}]`, secretName(secret));
  const tuf = readTufRepository(args.tuf, problems);
  problems.throwIfAny();
  return {
    replicas,
    tuf,
    memory,
    imageDigests,
    imageTag: args.imageTag,
    caCertificates: args.caCertificates,
    imagePullSecrets: args.imagePullSecrets ?? [],
  };
}
