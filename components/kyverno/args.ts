import type { AdmissionTufArgs } from '../admission/args';

/**
 * Digests of Kyverno's images, `sha256:…`, as `crane digest reg.kyverno.io/kyverno/kyverno:v1.19.2` prints them. An image that is left out is
 * taken by the tag of the chart.
 */
export interface KyvernoImageDigestsArgs {
  /** `reg.kyverno.io/kyverno/kyverno` */
  readonly admissionController?: string;
  /** `reg.kyverno.io/kyverno/kyvernopre`, which runs before the admission controller and with its rights. */
  readonly initContainer?: string;
  /** `reg.kyverno.io/kyverno/background-controller` */
  readonly backgroundController?: string;
  /** `reg.kyverno.io/kyverno/cleanup-controller` */
  readonly cleanupController?: string;
  /** `reg.kyverno.io/kyverno/reports-controller` */
  readonly reportsController?: string;
  /** `reg.kyverno.io/kyverno/kyverno-cli`, a job after upgrades. */
  readonly migration?: string;
  /** `ghcr.io/kyverno/readiness-checker`, a job when Kyverno is removed. */
  readonly webhooksCleanup?: string;
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
   * Memory of each admission controller and each reports controller: both read attestations.
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
