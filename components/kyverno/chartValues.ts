/** An image that the chart runs, by the part that it is for. */
export type KyvernoImage =
  | 'admissionController'
  | 'initContainer'
  | 'backgroundController'
  | 'cleanupController'
  | 'reportsController'
  | 'migration'
  | 'webhooksCleanup';

/** What is decided about an installation of Kyverno. */
export interface KyvernoSettings {
  readonly namespace: string;
  /** Version of the chart. */
  readonly version: string;
  readonly replicas: number;
  readonly memory: string;
  /** By image; what is left out is taken by the tag of the chart alone. */
  readonly imageDigests: Readonly<Partial<Record<KyvernoImage, string>>>;
  /** Kyverno's own version, which the digests are of: `v1.19.2`. */
  readonly imageTag: string | undefined;
  /** PEM of certificate authorities; replaces those that come with the image. */
  readonly caCertificates: string | undefined;
  /** TUF repository of a private Sigstore, for ClusterPolicies. */
  readonly tuf: { readonly mirror: string; readonly root: string } | undefined;
  /** Names of secrets in the namespace of Kyverno. */
  readonly imagePullSecrets: readonly string[];
}

/**
 * Seconds that a webhook may take; the API server allows no more, and the default of 10 is too little for a cold registry. Kyverno heeds it
 * for ClusterPolicies; those of ModelAdmission name their own.
 */
const WEBHOOK_TIMEOUT_SECONDS = '30';

/** Kubernetes' own priority for what the cluster cannot do without: with Kyverno evicted, no pod starts. */
const PRIORITY = 'system-cluster-critical';

/** Several of the controllers that only work in the background. */
const BACKGROUND_REPLICAS = 2;

/**
 * Verdicts are not kept: an image that was signed once would be admitted, and reported, by the text of its reference after its tag moved. As
 * text, because the templates of the chart leave out what is false.
 */
const WITHOUT_CACHE = { imageVerifyCacheEnabled: 'false' } as const;

/**
 * Values of the chart, where its defaults are not what a cluster that fails closed needs.
 *
 * Nothing about labels: a `customLabels` entry that the selectors of the chart know too (`app.kubernetes.io/part-of`) makes the API server
 * refuse every Deployment.
 * https://github.com/kyverno/kyverno/blob/main/charts/kyverno/values.yaml
 */
export function chartValues(settings: KyvernoSettings): Readonly<Record<string, unknown>> {
  const { replicas, memory, caCertificates, imagePullSecrets, tuf } = settings;
  const image = (name: KyvernoImage) => pinned(name, settings);
  const controller = (component: string) => ({ priorityClassName: PRIORITY, topologySpreadConstraints: spread(component) });
  // Attestations are held in memory. The chart gives 384Mi and 128Mi; the reports controller takes 140 MB before it has read one.
  const resources = { requests: { cpu: '200m', memory }, limits: { memory } };
  return {
    ...(caCertificates !== undefined && { global: { caCertificates: { data: caCertificates } } }),
    ...(imagePullSecrets.length > 0 && { existingImagePullSecrets: [...imagePullSecrets] }),
    crds: { migration: image('migration') },
    webhooksCleanup: image('webhooksCleanup'),
    admissionController: {
      replicas,
      ...controller('admission-controller'),
      networkPolicy: OPEN_TO_API_SERVER,
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      initContainer: image('initContainer'),
      container: {
        ...image('admissionController'),
        resources,
        extraArgs: { ...WITHOUT_CACHE, webhookTimeout: WEBHOOK_TIMEOUT_SECONDS },
      },
    },
    backgroundController: {
      replicas: BACKGROUND_REPLICAS,
      ...controller('background-controller'),
      networkPolicy: OPEN_FOR_METRICS,
      ...image('backgroundController'),
    },
    cleanupController: {
      replicas: BACKGROUND_REPLICAS,
      ...controller('cleanup-controller'),
      networkPolicy: OPEN_TO_API_SERVER,
      ...image('cleanupController'),
    },
    // It verifies what runs, as the admission controller does what is to run.
    reportsController: {
      replicas: BACKGROUND_REPLICAS,
      ...controller('reports-controller'),
      networkPolicy: OPEN_FOR_METRICS,
      ...image('reportsController'),
      resources,
      extraArgs: WITHOUT_CACHE,
    },
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

/** Webhooks are called by the API server, from an address that nobody knows beforehand: ingress stays open, to the ports that listen. */
const OPEN_TO_API_SERVER = { enabled: true } as const;

/** Only metrics are asked for, and only by pods. */
const OPEN_FOR_METRICS = { enabled: true, ingressFrom: [{ namespaceSelector: {} }] } as const;

/** One of each node, as far as there are nodes. */
const spread = (component: string): readonly object[] => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'app.kubernetes.io/component': component } },
  },
];

/** The chart writes `repository:tag`, so a digest is a part of the tag. */
function pinned(name: KyvernoImage, { imageDigests, imageTag }: KyvernoSettings): { readonly image?: object } {
  const digest = imageDigests[name];
  return digest === undefined || imageTag === undefined ? {} : { image: { tag: `${imageTag}@${digest}` } };
}
