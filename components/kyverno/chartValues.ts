import { LABELS } from '../namespace/labels';

/** What is decided about an installation of Kyverno. */
export interface KyvernoSettings {
  readonly replicas: number;
  readonly memory: string;
  /** By component of the chart; empty: the tag of the chart alone. */
  readonly imageDigests: Readonly<Record<string, string>>;
  /** Kyverno's own version, which the digests are of: `v1.19.2`. */
  readonly imageTag: string | undefined;
  /** PEM of certificate authorities; replaces those that come with the image. */
  readonly caCertificates: string | undefined;
  /** TUF repository of a private Sigstore, for ClusterPolicies. */
  readonly tuf: { readonly mirror: string; readonly root: string } | undefined;
  /** Names of secrets in the namespace of Kyverno. */
  readonly imagePullSecrets: readonly string[];
}

/** Seconds that a webhook may take; the API server allows no more, and the default of 10 is too little for a cold registry. */
const WEBHOOK_TIMEOUT_SECONDS = '30';

/** Kubernetes' own priority for what the cluster cannot do without: with Kyverno evicted, no pod starts. */
const PRIORITY = 'system-cluster-critical';

/** Several of the controllers that only work in the background. */
const BACKGROUND_REPLICAS = 2;

/**
 * Values of the chart, where its defaults are not what a cluster that fails closed needs.
 * https://github.com/kyverno/kyverno/blob/main/charts/kyverno/values.yaml
 */
export function chartValues(settings: KyvernoSettings): Readonly<Record<string, unknown>> {
  const { replicas, memory, caCertificates, imagePullSecrets, tuf } = settings;
  const background = (component: string) => ({
    replicas: BACKGROUND_REPLICAS,
    priorityClassName: PRIORITY,
    networkPolicy: { enabled: true },
    topologySpreadConstraints: spread(component),
    ...pinned(component, settings),
  });
  return {
    customLabels: LABELS,
    ...(caCertificates !== undefined && { global: { caCertificates: { data: caCertificates } } }),
    ...(imagePullSecrets.length > 0 && { existingImagePullSecrets: [...imagePullSecrets] }),
    admissionController: {
      replicas,
      priorityClassName: PRIORITY,
      // Only preferred by the chart: two replicas on one node would go down together.
      topologySpreadConstraints: spread('admission-controller'),
      networkPolicy: { enabled: true },
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      ...mergePinned(pinned('admissionController', settings), {
        // Attestations are held in memory; the default of 384Mi ends with a large SBOM.
        resources: { requests: { cpu: '200m', memory }, limits: { memory } },
        // As text: the template of the chart leaves out what is false.
        extraArgs: { imageVerifyCacheEnabled: 'false', webhookTimeout: WEBHOOK_TIMEOUT_SECONDS },
      }),
    },
    backgroundController: background('backgroundController'),
    cleanupController: background('cleanupController'),
    reportsController: background('reportsController'),
    features: {
      // A webhook that lets everything through when Kyverno is slow is none.
      forceFailurePolicyIgnore: { enabled: false },
      // Exceptions belong into the trust policy, with an owner and an end.
      policyExceptions: { enabled: false },
      // Nodes must be able to come up while Kyverno is down.
      excludeBootstrapResources: { enabled: true },
      protectManagedResources: { enabled: true },
      generateValidatingAdmissionPolicy: { enabled: false },
      admissionReports: { enabled: true },
      registryClient: { allowInsecure: false },
      // Without `enabled` the chart passes on the others, and Kyverno reads neither.
      ...(tuf !== undefined && { tuf: { enabled: true, mirror: tuf.mirror, rootRaw: Buffer.from(tuf.root).toString('base64') } }),
      logging: { format: 'json' },
    },
    config: {
      preserve: true,
      excludeKyvernoNamespace: true,
    },
  };
}

/** One of each node, as far as there are nodes. */
function spread(component: string): readonly object[] {
  const name = component.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { 'app.kubernetes.io/component': name } },
    },
  ];
}

interface ContainerValues {
  readonly container?: Readonly<Record<string, unknown>>;
  readonly image?: Readonly<Record<string, unknown>>;
}

/** The chart writes `repository:tag`, so a digest is a part of the tag. The admission controller has its image one level deeper. */
function pinned(component: string, { imageDigests, imageTag }: KyvernoSettings): ContainerValues {
  const digest = imageDigests[component];
  if (digest === undefined || imageTag === undefined) return {};
  const image = { tag: `${imageTag}@${digest}` };
  return component === 'admissionController' ? { container: { image } } : { image };
}

const mergePinned = ({ container }: ContainerValues, values: Readonly<Record<string, unknown>>): ContainerValues => ({
  container: { ...container, ...values },
});
