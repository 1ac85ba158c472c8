/** What enforces the trust policy in the cluster. */
export const AdmissionBackend = {
  /** Kyverno 1.19.2 or later: ImageValidatingPolicy, ValidatingPolicy. */
  kyverno: 'kyverno',
  /** Kyverno 1.19 by its older ClusterPolicy, which 1.20 lets nobody create or change. docs/admission.md tells what is different. */
  clusterPolicy: 'clusterPolicy',
  /** Sigstore policy-controller 0.15.1, for the trust policies that it can hold: keyless signers, keys in the old layout. */
  policyController: 'policyController',
} as const;

/** One of the backends, by its name. */
export type AdmissionBackend = (typeof AdmissionBackend)[keyof typeof AdmissionBackend];

/** How images are signed that a ClusterPolicy looks at. */
export const SignatureFormat = {
  /** Bundles, as cosign writes them from version 3 on. */
  bundle: 'bundle',
  /** `.sig` beside the image, as cosign wrote them before. Keys only. */
  legacy: 'legacy',
} as const;

/** One of these, by its name. */
export type SignatureFormat = (typeof SignatureFormat)[keyof typeof SignatureFormat];

/** What admission does about pods that serve models and are not hardened (docs/pod-hardening.md). */
export const PodHardening = {
  /** Refuses them, as `require-hardened-model-pod` does at preview. */
  enforce: 'enforce',
  /** Admits them with a warning, and writes it to the audit log: to see first what would be stopped. */
  warn: 'warn',
  /** Leaves it to the Pod Security labels of the namespace. */
  off: 'off',
} as const;

/** One of these, by its name. */
export type PodHardening = (typeof PodHardening)[keyof typeof PodHardening];

/** Whose word stands in for what admission control cannot see by itself: the gate, which saw everything when it promoted the image. */
export interface AdmissionSummaryArgs {
  /** Exact `verifier.id` in the summaries: `https://acme.example/model-gate`. */
  readonly verifierId: string;
  /** Issuer of the identity that signs the summaries; with `subject`. Either this or `keyPath`. */
  readonly issuer?: string;
  /** Exact subject of the identity that signs the summaries: the promotion workflow. */
  readonly subject?: string;
  /**
   * Says that no other repository can call the workflow `subject`: it has no `workflow_call` trigger. The cluster does not see who called it.
   * @default false
   */
  readonly anyCaller?: boolean;
  /**
   * Trust root of that identity, by its name in the trust policy.
   * @default the only one that authorities use
   */
  readonly trustRoot?: string;
  /** PEM file of the public key that signs the summaries. */
  readonly keyPath?: string;
  /** Exact `policy.uri` in the summaries. @default any */
  readonly policyUri?: string;
  /**
   * Whether only verdicts under exactly this trust policy file count. Every change of the file then needs new summaries for all images that
   * are to start.
   * @default false
   */
  readonly exactPolicy?: boolean;
  /**
   * How long a summary counts: `7d`, `12h`. What the cluster cannot see by itself is as old as this at most.
   * @default "7d"
   */
  readonly maxAge?: string;
}

/** Where a Kyverno process finds the keys of Sigstore when all trust roots of the policy are files: it wants a TUF repository all the same. */
export interface AdmissionTufArgs {
  /** Address of the TUF repository. */
  readonly mirror: string;
  /** Path of its first root.json. */
  readonly rootPath: string;
}

/** Who may change Kyverno policies, exceptions and the enforcement label of namespaces. */
export interface AdmissionAdministratorsArgs {
  /** Names of users, as the API server knows them. @default none */
  readonly users?: string[];
  /** Names of groups. @default ["system:masters"] */
  readonly groups?: string[];
}

/** Arguments of ModelAdmission. What shapes the policies is plain: which objects there are must be known at preview. */
export interface ModelAdmissionArgs {
  /**
   * Path of the trust policy, or the trust policy itself as an object with the fields of the file; paths in such an object start from the
   * directory of the program. Plain values only: they decide which policies there are.
   * @default "trust-policy.yaml"
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the schema for other languages knows no unions
  readonly trustPolicy?: any;
  /**
   * One of AdmissionBackend.
   * @default "kyverno"
   */
  readonly backend?: string;
  /**
   * One of SignatureFormat, for the backend `clusterPolicy`, which reads one of the two.
   * @default "bundle"
   */
  readonly signatureFormat?: string;
  /**
   * Address of the TUF repository with which Kyverno was started (`--tufMirror`; KyvernoInstallation: `tuf`), for the backend `clusterPolicy`:
   * Kyverno takes the trust root of ClusterPolicies from its flags, so it must be the one that the trust policy names.
   * @default none: Kyverno trusts the public Sigstore
   */
  readonly kyvernoTufMirror?: string;
  /**
   * One of PodHardening: the blocking controls beyond the Pod Security Standards, for pods that serve models in namespaces under enforcement.
   * A pod gives a control up by the annotation `pulumi-model-supply-chain/opt-out-<id>` with a reason, and is warned about.
   * @default "enforce"
   */
  readonly podHardening?: string;
  /**
   * Whether Kyverno also reports about what already runs (docs/running-workloads.md). Its reports controller then verifies the images of
   * running pods again from time to time.
   * @default true
   */
  readonly backgroundScan?: boolean;
  /** Ask for a signed verification summary of the gate, for what admission control cannot see by itself. @default no */
  readonly verificationSummary?: AdmissionSummaryArgs;
  /** @default the TUF repository of the trust policy, or the public Sigstore */
  readonly tuf?: AdmissionTufArgs;
  /**
   * Seconds that the API server waits for a verdict, 1 to 30. After that the request fails.
   * @default 30
   */
  readonly timeoutSeconds?: number;
  /**
   * Whether a tag on a container is replaced by the digest behind it, instead of being denied as the preview denies it. Changes objects after
   * Pulumi wrote them, and takes as long as a second verification. Tags of image volumes are denied in any case.
   * @default false
   */
  readonly pinTags?: boolean;
  /**
   * Custom resources whose images are verified when they are applied, and not only when their operator makes pods of them: names as `kubectl
   * api-resources -o name` prints them (`inferenceservices.serving.kserve.io`), or `all` for every one that the policy pack reads. Their tags
   * are denied whatever `pinTags` says.
   * @default none: their pods are verified in any case
   */
  readonly customResources?: string[];
  /**
   * Where Kyverno finds credentials for registries beside secrets: default, amazon, azure, github, google.
   * @default none: those of its installation
   */
  readonly registryCredentialHelpers?: string[];
  /** Secrets of type kubernetes.io/dockerconfigjson in the namespace of Kyverno. @default none */
  readonly registrySecrets?: string[];
  /** Namespace of Kyverno. @default "kyverno" */
  readonly kyvernoNamespace?: string;
  /** Namespace of policy-controller, where it is the backend. @default "cosign-system" */
  readonly policyControllerNamespace?: string;
  /** Who may change the enforcement itself. */
  readonly administrators?: AdmissionAdministratorsArgs;
  /**
   * Leaves the enforcement without guards: whoever may write Kyverno policies or label namespaces can switch it off.
   * @default false
   */
  readonly withoutGuardsUnsafe?: boolean;
  /**
   * Also accepts signatures in the layout of cosign before version 3 (`.sig`). Kyverno then takes any attestation by an accepted signer, an
   * SBOM for one, for a signature; the preview does not.
   * @default false
   */
  readonly legacySignaturesUnsafe?: boolean;
  /**
   * Lets Kyverno read registries by plain http and without checking certificates. For tests.
   * @default false
   */
  readonly insecureRegistriesUnsafe?: boolean;
}
